"""The rules of the figures: which days a period has, and what each number means. Plain Python, no clock, no database."""
