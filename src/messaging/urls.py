"""URLs of this app."""

from django.urls import path

from messaging import views

urlpatterns = [
    path("messages/", views.inbox, name="inbox"),
    path("messages/rows/", views.inbox_rows, name="inbox_rows"),
    path("messages/read/", views.read_all, name="inbox_read_all"),
    path("messages/channel/", views.channel, name="message_channel"),
    path("messages/<int:pk>/", views.open_message, name="inbox_open"),
]
