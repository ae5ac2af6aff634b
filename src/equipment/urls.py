"""URLs of fire equipment, under /c/<code>/equipment/; a label's own page is short, for its code, and open to anyone."""

from django.urls import URLPattern, URLResolver, path

from equipment.views import dues, importing, keeping, label, register, stops, visits

_HERE = "c/<slug:code>/equipment/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("e/<slug:code>/<slug:sign>/", label.label, name="equipment_label"),
    path(_HERE, register.register, name="equipment_register"),
    path(f"{_HERE}new/", register.new, name="equipment_new"),
    path(f"{_HERE}labels/", register.labels, name="equipment_labels"),
    path(f"{_HERE}export/", register.export, name="equipment_export"),
    path(f"{_HERE}p/<slug:sign>/", register.scan, name="equipment_scan"),
    path(f"{_HERE}pieces/<int:piece_id>/", register.piece, name="equipment_piece"),
    path(f"{_HERE}pieces/<int:piece_id>/<slug:step>/", register.step, name="equipment_piece_step"),
    path(f"{_HERE}imports/", importing.imports, name="equipment_imports"),
    path(f"{_HERE}imports/sample/", importing.sample, name="equipment_sample"),
    path(f"{_HERE}imports/<slug:run>/", importing.one, name="equipment_import"),
    path(f"{_HERE}imports/<slug:run>/marked/", importing.marked, name="equipment_marked"),
    path(f"{_HERE}imports/<slug:run>/<slug:step>/", importing.step, name="equipment_import_step"),
    path(f"{_HERE}dues/", dues.dues, name="equipment_dues"),
    path(f"{_HERE}print/", dues.printed, name="equipment_print"),
    path(f"{_HERE}overdue/", dues.overdue, name="equipment_overdue"),
    path(f"{_HERE}papers/", dues.papers, name="equipment_papers"),
    path(f"{_HERE}plans/", keeping.plans, name="equipment_plans"),
    path(f"{_HERE}plans/<int:plan_id>/", keeping.plan, name="equipment_plan"),
    path(f"{_HERE}plans/<int:plan_id>/retire/", keeping.plan_retire, name="equipment_plan_retire"),
    path(f"{_HERE}away/", keeping.away, name="equipment_away"),
    path(f"{_HERE}away/<int:batch_id>/", keeping.back, name="equipment_back"),
    path(f"{_HERE}reports/", keeping.reports, name="equipment_reports"),
    path(f"{_HERE}reports/<int:report_id>/", keeping.report_settle, name="equipment_report_settle"),
    path(f"{_HERE}rules/", keeping.rules, name="equipment_rules"),
    path(f"{_HERE}rules/unit/", keeping.unit_set, name="equipment_unit"),
    path(f"{_HERE}rules/<int:own_rule>/end/", keeping.rule_end, name="equipment_rule_end"),
    path(f"{_HERE}stops/", stops.stops, name="equipment_stops"),
    path(f"{_HERE}stops/<slug:stop_ref>/", stops.stop, name="equipment_stop"),
    path(f"{_HERE}stops/<slug:stop_ref>/<slug:step>/", stops.step, name="equipment_stop_step"),
    path(f"{_HERE}visits/", visits.visits, name="equipment_visits"),
    path(f"{_HERE}visits/<int:subject_id>/", visits.subject, name="equipment_subject"),
    path(f"{_HERE}visits/<int:subject_id>/<slug:step>/", visits.step, name="equipment_subject_step"),
]
