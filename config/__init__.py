"""Settings, URLs and the ways to run: imports everything, imported by nothing."""
