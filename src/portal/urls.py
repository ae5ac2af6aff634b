"""URLs of this app."""

from django.urls import URLPattern, URLResolver, path

from portal.views import health, home, overview, preferences, standing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("home/<slug:ref>/", home.row, name="home_row"),
    path("standing/", standing.standing, name="standing"),
    path("overview/", overview.overview, name="overview"),
    path("c/<slug:code>/parties/", overview.parties, name="parties"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("preferences/type", preferences.set_type, name="set_type"),
    path("preferences/language", preferences.set_language, name="set_language"),
]
