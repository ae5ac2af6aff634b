"""What is read for voting."""
