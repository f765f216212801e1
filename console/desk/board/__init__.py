"""The board at the desk: what is unfinished, and what people do about it."""
