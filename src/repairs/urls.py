"""URLs of repair requests: under /c/<code>/ for one compound."""

from django.urls import URLPattern, URLResolver, path

from repairs import rule_urls
from repairs.views import board, filing, own, request, today, visits, watch
from repairs.views.incidents import listing, one, opening

urlpatterns: list[URLPattern | URLResolver] = [
    path("sw.js", filing.service_worker, name="service_worker"),
    path("c/<slug:code>/repairs/", own.own, name="repairs_own"),
    path("c/<slug:code>/repairs/rows/", own.rows, name="repairs_own_rows"),
    path("c/<slug:code>/repairs/new/", filing.new, name="repairs_new"),
    path("c/<slug:code>/repairs/similar/", filing.similar, name="repairs_similar"),
    path("c/<slug:code>/q/<slug:spot>/", filing.spot, name="repairs_spot"),
    path("c/<slug:code>/repairs/public/", own.public_area, name="repairs_public"),
    path("c/<slug:code>/repairs/public/rows/", own.public_rows, name="repairs_public_rows"),
    path("c/<slug:code>/repairs/<slug:ref>/", request.detail, name="repairs_request"),
    path("c/<slug:code>/repairs/<slug:ref>/reveal/", request.reveal, name="repairs_reveal"),
    path("c/<slug:code>/repairs/<slug:ref>/<slug:action>/", request.act, name="repairs_action"),
    path("c/<slug:code>/incidents/", listing.incidents, name="repairs_incidents"),
    path("c/<slug:code>/incidents/lines/", listing.lines, name="repairs_incident_lines"),
    path("c/<slug:code>/incidents/new/", opening.new, name="repairs_incident_new"),
    path("c/<slug:code>/incidents/<slug:incident>/", one.incident, name="repairs_incident"),
    path("c/<slug:code>/incidents/<slug:incident>/<slug:step>/", one.step, name="repairs_incident_step"),
    path("c/<slug:code>/board/", board.board, name="repairs_board"),
    path("c/<slug:code>/board/cards/", board.cards, name="repairs_board_cards"),
    path("c/<slug:code>/slips/<slug:ref>/", board.slip, name="repairs_slip"),
    path("c/<slug:code>/today/", today.today, name="repairs_today"),
    path("c/<slug:code>/today/rows/", today.rows, name="repairs_today_rows"),
    path("c/<slug:code>/watch/", watch.watch, name="repairs_watch"),
    path("c/<slug:code>/watch/rows/", watch.rows, name="repairs_watch_rows"),
    path("c/<slug:code>/visits/", visits.visits, name="repairs_visits"),
    path("c/<slug:code>/visits/draw/", visits.draw, name="repairs_visits_draw"),
    path("c/<slug:code>/visits/<int:visit_id>/", visits.record, name="repairs_visit"),
    path("c/<slug:code>/visits/<int:visit_id>/reveal/", visits.reveal, name="repairs_visit_reveal"),
    path("c/<slug:code>/endings/", visits.endings, name="repairs_endings"),
    path("c/<slug:code>/escalations/<int:escalation_id>/answer/", watch.answer, name="repairs_answer"),
    *rule_urls.urlpatterns,
]
