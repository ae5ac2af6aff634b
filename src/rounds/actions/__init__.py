"""Every change of plans, occurrences and answers."""
