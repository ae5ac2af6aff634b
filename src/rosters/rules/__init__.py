"""Rosters of those on duty: what is asked, the arithmetic, the checker and the rotation. Plain Python, no clock, no database."""
