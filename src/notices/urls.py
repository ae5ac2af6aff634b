"""URLs of notices: the board of a compound under /c/<code>/notices/."""

from django.urls import URLPattern, URLResolver, path

from notices.views import board, one

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:code>/notices/", board.board, name="notices_board"),
    path("c/<slug:code>/notices/rows/", board.rows, name="notices_rows"),
    path("c/<slug:code>/notices/line/", board.line, name="notices_line"),
    path("c/<slug:code>/notices/<slug:notice>/", one.one, name="notices_one"),
    path("c/<slug:code>/notices/<slug:notice>/do/<slug:act>/", one.act, name="notices_act"),
]
