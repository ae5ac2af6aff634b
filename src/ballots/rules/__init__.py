"""What voting by phone decides without a database."""
