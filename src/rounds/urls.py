"""URLs of fire rounds, under /c/<code>/rounds/."""

from django.urls import URLPattern, URLResolver, path

from rounds.views import assigning, desk, plans, printing, reporting, today, walk, watch

_HERE = "c/<slug:code>/rounds/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(_HERE, desk.calendar, name="rounds_calendar"),
    path("rounds/sw.js", walk.service_worker, name="rounds_worker"),
    path(f"{_HERE}walk/", walk.walk, name="rounds_walk"),
    path(f"{_HERE}walk/app.webmanifest", walk.manifest, name="rounds_manifest"),
    path(f"{_HERE}today/", today.today, name="rounds_today"),
    path(f"{_HERE}today/<int:occurrence>/", today.places, name="rounds_places"),
    path(f"{_HERE}today/<int:occurrence>/<int:round_point>/", today.place, name="rounds_place"),
    path(f"{_HERE}o/<int:occurrence>/", desk.one, name="rounds_one"),
    path(f"{_HERE}o/<int:occurrence>/<slug:step>/", desk.step, name="rounds_step"),
    path(f"{_HERE}assign/", assigning.assigned, name="rounds_assign"),
    path(f"{_HERE}review/", desk.review, name="rounds_review"),
    path(f"{_HERE}review/answers/<int:round_answer>/", desk.judge, name="rounds_judge"),
    path(f"{_HERE}review/conflicts/<int:round_conflict>/", desk.conflict_seen, name="rounds_conflict"),
    path(f"{_HERE}plans/", plans.plans, name="rounds_plans"),
    path(f"{_HERE}plans/<int:round_plan>/", plans.plan, name="rounds_plan"),
    path(f"{_HERE}plans/<int:round_plan>/end/", plans.end, name="rounds_plan_end"),
    path(f"{_HERE}routes/<int:round_route>/", plans.route, name="rounds_route"),
    path(f"{_HERE}routes/<int:round_route>/item/", plans.item, name="rounds_item"),
    path(f"{_HERE}items/<int:round_item>/end/", plans.item_end, name="rounds_item_end"),
    path(f"{_HERE}points/<int:round_point>/<slug:step>/", plans.point_step, name="rounds_point_step"),
    path(f"{_HERE}print/", printing.forms, name="rounds_print"),
    path(f"{_HERE}reports/", reporting.reports, name="rounds_reports"),
    path(f"{_HERE}figures/", watch.figures, name="rounds_figures"),
    path(f"{_HERE}watch/", watch.watch, name="rounds_watch"),
]
