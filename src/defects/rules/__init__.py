"""Rules of defects as plain Python."""
