#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from pathlib import Path

# They need nothing of the portal, so they ask for nothing: they answer where no database is and no secret is set.
ALONE = {"tally": "config.calculator", "roster": "config.calculator"}

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", ALONE.get("".join(sys.argv[1:2]), "config.settings"))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
