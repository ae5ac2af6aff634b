"""Every change of a handover, by the noun."""
