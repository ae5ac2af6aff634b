"""Pages of joining, by who opens them: each parses a form, calls one action or query, and answers."""
