"""URLs of paper ballots, under their poll."""

from django.urls import URLPattern, URLResolver, path

from paper_ballots.views import desk

_PAPER = "c/<slug:code>/polls/<slug:poll>/paper/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_PAPER, desk.page, name="paper_desk"),
    path(f"{_PAPER}print/", desk.print_now, name="paper_print"),
    path(f"{_PAPER}sheets/", desk.sheets, name="paper_sheets"),
    path(f"{_PAPER}replace/", desk.replace, name="paper_replace"),
    path(f"{_PAPER}back/", desk.back, name="paper_back"),
]
