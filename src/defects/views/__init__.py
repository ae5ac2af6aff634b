"""Pages of defects."""
