"""ASGI entry: everything in the embedded form, the sockets alone in the served form."""

import gc
import os
import sys

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The loop that serves all sockets waits for the threads that admit them and for no more than this: with Python's 5 ms a
# thousand sockets took ten seconds to be accepted.
sys.setswitchinterval(0.0001)
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from config.routing import websocket  # noqa: E402  the apps must be loaded first

application = ProtocolTypeRouter({"http": http, "websocket": websocket})
# What has been loaded stays, and a socket lives for hours: looking through all of them for garbage after every few hundred
# new objects would take longer than accepting them.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
