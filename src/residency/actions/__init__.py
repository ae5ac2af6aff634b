"""Every change about joining, by what it is about."""
