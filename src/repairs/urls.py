"""URLs of repair requests: under /c/<code>/ for one compound."""

from django.urls import URLPattern, URLResolver, path

from repairs.views import filing, own, request

urlpatterns: list[URLPattern | URLResolver] = [
    path("sw.js", filing.service_worker, name="service_worker"),
    path("c/<slug:code>/repairs/", own.own, name="repairs_own"),
    path("c/<slug:code>/repairs/new/", filing.new, name="repairs_new"),
    path("c/<slug:code>/repairs/public/", own.public_area, name="repairs_public"),
    path("c/<slug:code>/repairs/<slug:ref>/", request.detail, name="repairs_request"),
    path("c/<slug:code>/repairs/<slug:ref>/reveal/", request.reveal, name="repairs_reveal"),
    path("c/<slug:code>/repairs/<slug:ref>/<slug:action>/", request.act, name="repairs_action"),
]
