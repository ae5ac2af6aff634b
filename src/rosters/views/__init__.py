"""Pages of rosters and of the log: one query or action each."""
