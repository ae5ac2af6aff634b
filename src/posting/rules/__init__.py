"""What decides about papers on walls: plain Python, no clock and no database."""
