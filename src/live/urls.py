"""URLs of this app."""

from django.urls import path

from live import views

urlpatterns = [
    path("live/catch-up/", views.catch_up, name="live_catch_up"),
    path("live/pass/", views.catch_up_by_pass, name="live_catch_up_by_pass"),
]
