"""URLs: the endpoints of GeoReport, and the pages on which keys are made and revoked."""

from django.urls import URLPattern, URLResolver, include, path

from open311 import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("open311/v2/", include("open311.api")),
    path("c/<slug:code>/open311/", views.keys, name="open311_keys"),
    path("c/<slug:code>/open311/new/", views.new, name="open311_new"),
    path("c/<slug:code>/open311/<int:key_id>/revoke/", views.revoke, name="open311_revoke"),
]
