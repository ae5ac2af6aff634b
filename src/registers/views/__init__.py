"""Pages of the household register, by noun: the register itself, and imports of it."""
