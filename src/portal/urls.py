"""URLs of this app."""

from django.urls import URLPattern, URLResolver, path

from portal.views import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
