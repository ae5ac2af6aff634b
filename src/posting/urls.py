"""URLs of papers on walls, under /c/<code>/posting/; the service worker of the list stands beside them all."""

from django.urls import URLPattern, URLResolver, path

from posting.views import desk, points, walk

_HERE = "c/<slug:code>/posting/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("posting/sw.js", walk.service_worker, name="posting_worker"),
    path(_HERE, desk.desk, name="posting_desk"),
    path(f"{_HERE}rows/", desk.rows, name="posting_desk_rows"),
    path(f"{_HERE}notices/<slug:notice>/", desk.notice, name="posting_notice"),
    path(f"{_HERE}notices/<slug:notice>/rows/", desk.notice_rows, name="posting_notice_rows"),
    path(f"{_HERE}notices/<slug:notice>/paper/", desk.paper, name="posting_paper"),
    path(f"{_HERE}notices/<slug:notice>/answers/<int:answer_id>/", desk.judge, name="posting_judge"),
    path(f"{_HERE}notices/<slug:notice>/conflicts/<int:conflict_id>/", desk.conflict_seen, name="posting_conflict"),
    path(f"{_HERE}points/", points.points, name="posting_points"),
    path(f"{_HERE}points/new/", points.new, name="posting_point_new"),
    path(f"{_HERE}points/labels/", points.labels, name="posting_labels"),
    path(f"{_HERE}points/<int:point_id>/", points.point, name="posting_point"),
    path(f"{_HERE}points/<int:point_id>/<slug:step>/", points.step, name="posting_point_step"),
    path(f"{_HERE}walk/", walk.walk, name="posting_walk"),
    path(f"{_HERE}walk/<int:task_id>/", walk.answer, name="posting_answer"),
    path(f"{_HERE}p/<slug:label>/", walk.scan, name="posting_scan"),
]
