"""Every change of the duty: ``planning`` by the desk, ``hands`` between colleagues, ``clock`` by itself."""
