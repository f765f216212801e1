"""One module per change of layout. A released one is never edited: it says what was, literally."""
