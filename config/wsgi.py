"""WSGI entry: pages and API of the served form (granian)."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_POOL", "0")  # few threads, which stay: each keeps its connection
# A page waits for PostgreSQL a dozen times. With Python's 5 ms it would then wait as long again for the thread that took the
# interpreter meanwhile: measured, the late answers of filing came a tenth to a half earlier with this.
sys.setswitchinterval(0.0005)
application = get_wsgi_application()
# What has been loaded stays: looking through it for garbage stopped all threads for 0.1 s every few hundred requests, which
# was the slowest hundredth of them.
gc.collect()
gc.freeze()
