"""Recording a call: both sides, encrypted before the first byte reaches the disk."""
