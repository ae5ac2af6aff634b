"""What is done to defects."""
