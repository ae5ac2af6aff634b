"""Every change of rosters and of the log, one function each."""
