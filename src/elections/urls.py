"""URLs of votes: the calculator, the polls of a post, one poll under its compound."""

from django.urls import URLPattern, URLResolver, path

from elections.views import calculator, polls

_POLL = "c/<slug:code>/polls/<slug:poll>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("tally/", calculator.tally, name="elections_tally"),
    path("polls/", polls.listed, name="polls_list"),
    path("c/<slug:code>/polls/new/", polls.new, name="polls_new"),
    path(_POLL, polls.one, name="polls_one"),
    path(f"{_POLL}cancel/", polls.cancel, name="polls_cancel"),
]
