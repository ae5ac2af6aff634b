"""Pages of duty: ``week`` for the desk, ``mine`` for whoever is on it."""
