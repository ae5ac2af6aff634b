"""Settings, URLs and the ways to run: imports everything, imported by nothing."""

import sys
from pathlib import Path

# The apps in src/ are imported by bare name, whoever starts the program: a server, a worker, a command.
_SOURCE = str(Path(__file__).resolve().parent.parent / "src")
if _SOURCE not in sys.path:
    sys.path.insert(0, _SOURCE)
