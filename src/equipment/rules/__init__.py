"""What standards ask of equipment: plain Python, no clock, no database."""
