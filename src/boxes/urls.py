"""URLs of boxes: under their poll for members, under ``ballot-box/`` for anyone."""

from django.urls import URLPattern, URLResolver, path

from boxes.views import anyone, officers, public, resetting

_BOX = "c/<slug:code>/polls/<slug:poll>/box/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_BOX, officers.page, name="boxes_one"),
    path(f"{_BOX}part/", officers.part, name="boxes_part"),
    path(f"{_BOX}key/", officers.key, name="boxes_key"),
    path(f"{_BOX}confirm/<int:number>/", officers.confirm, name="boxes_confirm"),
    path(f"{_BOX}share/", officers.share, name="boxes_share"),
    path(f"{_BOX}open/", officers.open_now, name="boxes_open"),
    path(f"{_BOX}reset/", resetting.page, name="boxes_reset"),
    path(f"{_BOX}check/", public.page, name="boxes_public"),
    path(f"{_BOX}check/program/", public.checker, name="boxes_checker"),
    path("ballot-box/program/", anyone.checker, name="boxes_program"),
    path("ballot-box/<slug:code>/<slug:poll>/", anyone.page, name="boxes_verify"),
    path("ballot-box/<slug:code>/<slug:poll>/record/", anyone.record, name="boxes_record"),
]
