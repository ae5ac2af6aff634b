"""The rules of repair requests: plain Python, no clock, no database."""
