"""Pages of notices: the board and one notice for its readers; the desk, the editor and what a compound sets for its writers."""
