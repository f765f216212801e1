"""What is not finished, read page by page; what people do about it; what became of one item."""
