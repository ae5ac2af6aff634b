"""Pages of results and committees."""
