"""What rounds are made from and how they are judged: plain Python, no clock, no database."""
