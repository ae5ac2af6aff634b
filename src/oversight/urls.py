"""URLs of the figures: under /figures/ for all that a standing covers, under /c/<code>/ for one compound."""

from django.urls import URLPattern, URLResolver, path

from oversight.views import cases, figures, fire, sheets

urlpatterns: list[URLPattern | URLResolver] = [
    path("figures/", figures.overview, name="oversight_overview"),
    path("figures/cases/", cases.many, name="oversight_cases"),
    path("figures/sheet/", sheets.overview_sheet, name="oversight_sheet"),
    path("figures/export/", sheets.export_many, name="oversight_export_many"),
    path("figures/fire/", fire.fire, name="oversight_fire"),
    path("figures/fire/sheet/", fire.fire_sheet, name="oversight_fire_sheet"),
    path("c/<slug:code>/figures/", figures.compound, name="oversight_compound"),
    path("c/<slug:code>/figures/cases/", cases.one, name="oversight_compound_cases"),
    path("c/<slug:code>/figures/sheet/", sheets.compound_sheet, name="oversight_compound_sheet"),
    path("c/<slug:code>/figures/export/", sheets.export_one, name="oversight_export_one"),
    path("c/<slug:code>/figures/exports/<int:pk>/", sheets.export, name="oversight_export"),
    path("c/<slug:code>/figures/exports/<int:pk>/state/", sheets.export_state, name="oversight_export_state"),
    path("c/<slug:code>/figures/report/", sheets.report, name="oversight_report"),
]
