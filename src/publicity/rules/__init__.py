"""Publicity by law: what must be shown how long and where, and how its days are counted. No clock, no database."""
