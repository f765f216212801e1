"""Style sheet, icons and sounds, found by path."""
