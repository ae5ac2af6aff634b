"""Pages of screens: what hangs in the hall, and where screens are put up and taken down."""
