"""What each practice told us to do, checked and run: pure, with no window, database or clock."""
