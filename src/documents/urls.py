"""URLs of files and documents."""

from django.urls import URLPattern, URLResolver, path

from documents import views

app_name = "documents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:code>/files/<slug:ref>/", views.stored_file, name="file"),
    path("c/<slug:code>/documents/<int:document_id>/", views.document, name="document"),
    path("c/<slug:code>/documents/<int:document_id>/state/", views.document_state, name="document_state"),
    path("c/<slug:code>/documents/<int:document_id>/retry/", views.retry, name="retry"),
    path("v/", views.check_form, name="check_form"),
    path("v/<slug:code>/", views.check, name="check"),
]
