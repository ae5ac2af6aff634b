"""ASGI entry: everything in the embedded form, the sockets alone in the served form."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from config.routing import websocket  # noqa: E402  the apps must be loaded first

application = ProtocolTypeRouter({"http": http, "websocket": websocket})
