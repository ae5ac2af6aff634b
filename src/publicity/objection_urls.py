"""URLs of objections and of the certificate of a publicity."""

from django.urls import URLPattern, URLResolver, path

from publicity.views import objections

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:code>/notices/<slug:notice>/object/", objections.new, name="publicity_object"),
    path("c/<slug:code>/notices/<slug:notice>/certificate/", objections.certificate, name="publicity_certificate"),
    path("c/<slug:code>/objections/", objections.listing, name="publicity_objections"),
    path("c/<slug:code>/objections/<slug:objection>/", objections.one, name="publicity_objection"),
    path("c/<slug:code>/objections/<slug:objection>/again/", objections.again, name="publicity_object_again"),
    path("c/<slug:code>/objections/<slug:objection>/do/<slug:act>/", objections.act, name="publicity_objection_act"),
]
