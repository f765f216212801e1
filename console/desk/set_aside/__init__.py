"""Work this desk kept that the records refused, for a supervisor to see to."""
