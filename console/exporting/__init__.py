"""What is written out of the records for other programs, on record as exported."""
