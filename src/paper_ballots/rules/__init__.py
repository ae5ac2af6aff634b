"""What a paper says, and whether two people read the same. Plain Python."""
