"""What the law asks of a handover, what its lists hold, and how typed rows are read. Plain Python."""
