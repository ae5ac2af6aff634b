"""URLs of defects, under /c/<code>/defects/."""

from django.urls import URLPattern, URLResolver, path

from defects.views import listing, one

_HERE = "c/<slug:code>/defects/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(_HERE, listing.defects, name="defects_list"),
    path(f"{_HERE}new/", listing.new, name="defects_new"),
    path(f"{_HERE}export/", listing.export, name="defects_export"),
    path(f"{_HERE}print/", listing.printed, name="defects_print"),
    path(f"{_HERE}reports/<int:report_id>/", listing.accept, name="defects_accept"),
    path(f"{_HERE}<slug:defect>/", one.detail, name="defects_one"),
    path(f"{_HERE}<slug:defect>/<slug:step>/", one.step, name="defects_step"),
]
