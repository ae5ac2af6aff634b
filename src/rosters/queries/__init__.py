"""Every read of rosters with a join or a count, by name."""
