"""Settings of ``manage.py tally`` and ``roster``: rules and their words, no database, no secrets, a quick start."""

from config.environment import ROOT

BASE_DIR = ROOT
SECRET_KEY = "nothing is signed here"  # noqa: S105
INSTALLED_APPS = ["elections.apps.CalculatorConfig", "rosters.apps.CalculatorConfig"]
# The records' texts are in the source language (docs/decisions/language.md): no catalogue is read.
USE_I18N = False
USE_TZ = True
