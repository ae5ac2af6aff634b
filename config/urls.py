"""Every URL of the portal. Each app owns its own; this page only says where they hang."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("_allauth/app/v1/", include("accounts.app_api")),
    path("api/v1/", include("config.api")),
    # First, because an address is held against all that stands before it, and everyone votes in the same hour.
    path("", include("ballots.urls")),
    path("", include("documents.urls")),
    path("", include("live.urls")),
    path("", include("messaging.urls")),
    path("", include("webhooks.urls")),
    path("", include("registers.urls")),
    path("", include("residency.urls")),
    path("", include("notices.urls")),
    path("", include("letters.urls")),
    path("", include("posting.urls")),
    path("", include("equipment.urls")),
    path("", include("rosters.urls")),
    path("", include("rounds.urls")),
    path("", include("defects.urls")),
    path("", include("screens.urls")),
    path("", include("publicity.objection_urls")),
    path("", include("duty.urls")),
    path("", include("firms.urls")),
    path("", include("publicity.urls")),
    path("", include("repairs.urls")),
    path("", include("elections.urls")),
    path("", include("boxes.urls")),
    path("", include("candidates.urls")),
    path("", include("paper_ballots.urls")),
    path("", include("committees.urls")),
    path("", include("handover.urls")),
    path("", include("oversight.urls")),
    path("", include("open311.urls")),
    path("", include("portal.urls")),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
