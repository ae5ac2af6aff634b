"""URLs of this app."""

from django.urls import path

from webhooks import views

urlpatterns = [
    path("c/<slug:code>/webhooks/", views.subscriptions, name="webhooks_subscriptions"),
    path("c/<slug:code>/webhooks/new/", views.new, name="webhooks_new"),
    path("c/<slug:code>/webhooks/<int:subscription_id>/", views.subscription, name="webhooks_subscription"),
    path("c/<slug:code>/webhooks/<int:subscription_id>/edit/", views.edit, name="webhooks_edit"),
    path("c/<slug:code>/webhooks/<int:subscription_id>/<slug:action>/", views.act, name="webhooks_act"),
    path("c/<slug:code>/webhooks/deliveries/<int:delivery_id>/again/", views.resend, name="webhooks_resend"),
]
