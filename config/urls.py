"""Every URL of the portal. Each app owns its own; this page only says where they hang."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("_allauth/app/v1/", include("accounts.app_api")),
    path("", include("documents.urls")),
    path("", include("live.urls")),
    path("", include("messaging.urls")),
    path("", include("repairs.urls")),
    path("", include("portal.urls")),
]
