"""What is so about notices, without a clock and without a database."""
