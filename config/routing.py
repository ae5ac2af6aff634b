"""WebSocket routes."""

from channels.routing import URLRouter
from django.urls import path

from live.sockets import endpoint

websocket = URLRouter([path("live/ws/", endpoint)])  # type: ignore[arg-type]
