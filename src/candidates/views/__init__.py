"""Pages of an election's preparation."""
