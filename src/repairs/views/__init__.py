"""Pages of repair requests, by noun: each parses a form, calls one action or query, and answers."""
