"""REST routes under /api/v1/, and their description in OpenAPI 3."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from tenancy.access import public

urlpatterns = [
    path("schema/", public(SpectacularAPIView.as_view(permission_classes=[AllowAny])), name="api_schema"),
    path("", include("registers.api")),
    path("", include("notices.api")),
    path("", include("letters.api")),
    path("", include("posting.api")),
    path("", include("equipment.api")),
    path("", include("rosters.api")),
    path("", include("defects.api")),
    path("", include("publicity.api")),
    path("", include("publicity.objection_api")),
    path("", include("rounds.api")),
    path("", include("repairs.api")),
    path("", include("elections.api")),
    path("", include("boxes.api")),
    path("", include("ballots.api")),
    path("", include("paper_ballots.api")),
    path("", include("paper_ballots.asking_api")),
    path("", include("candidates.api")),
    path("", include("committees.api")),
    path("", include("handover.api")),
]
