"""Pages of accounts, one module a matter."""
