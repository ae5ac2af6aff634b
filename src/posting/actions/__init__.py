"""Every change about papers on walls: points, rounds, answers, and what the clock does."""
