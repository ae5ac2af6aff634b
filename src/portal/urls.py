"""URLs of this app."""

from django.urls import URLPattern, URLResolver, path

from portal.views import health, preferences

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("preferences/type", preferences.set_type, name="set_type"),
    path("preferences/language", preferences.set_language, name="set_language"),
]
