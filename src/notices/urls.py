"""URLs of notices: the board of a compound under /c/<code>/notices/, the desk of its writers under /notices/."""

from django.urls import URLPattern, URLResolver, path

from notices.views import board, desk, editor, keeping, one, public

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/<slug:code>/feed.atom", public.feed, name="notices_feed"),
    path("board/<slug:code>/calendar.ics", public.calendar, name="notices_calendar"),
    path("board/<slug:code>/<slug:notice>/card.png", public.card, name="notices_card"),
    path("board/<slug:code>/<slug:notice>/", public.one, name="notices_public"),
    path("notices/", desk.desk, name="notices_desk"),
    path("notices/rows/", desk.rows, name="notices_desk_rows"),
    path("c/<slug:code>/notices/", board.board, name="notices_board"),
    path("c/<slug:code>/notices/rows/", board.rows, name="notices_rows"),
    path("c/<slug:code>/notices/line/", board.line, name="notices_line"),
    path("c/<slug:code>/notices/new/", editor.new, name="notices_new"),
    path("c/<slug:code>/notices/preview/", editor.preview, name="notices_preview"),
    path("c/<slug:code>/notices/templates/", keeping.templates, name="notices_templates"),
    path("c/<slug:code>/notices/templates/<int:template_id>/end/", keeping.drop_template, name="notices_template_end"),
    path("c/<slug:code>/notices/rules/", keeping.rules, name="notices_rules"),
    path("c/<slug:code>/notices/rules/<int:rule_id>/end/", keeping.drop_rule, name="notices_rule_end"),
    path("c/<slug:code>/notices/<slug:notice>/", one.one, name="notices_one"),
    path("c/<slug:code>/notices/<slug:notice>/do/<slug:act>/", one.act, name="notices_act"),
    path("c/<slug:code>/notices/<slug:notice>/sheet/", one.sheet, name="notices_sheet"),
    path("c/<slug:code>/notices/<slug:notice>/edit/", editor.edit, name="notices_edit"),
    path("c/<slug:code>/notices/<slug:notice>/amend/", editor.amend, name="notices_amend"),
]
