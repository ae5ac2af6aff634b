"""URLs of votes: the calculator."""

from django.urls import URLPattern, URLResolver, path

from elections.views import calculator

urlpatterns: list[URLPattern | URLResolver] = [path("tally/", calculator.tally, name="elections_tally")]
