"""The pages of papers on walls: the desk, points with their labels, the list of whoever walks."""
