"""The law of a committee in office: plain Python, no clock, no database."""
