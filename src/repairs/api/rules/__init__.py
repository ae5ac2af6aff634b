"""Rules, not code: routing with its test box, deadlines, reply templates and place codes."""

from django.urls import path

from repairs.api.rules import deadlines, places, replies, routing

urlpatterns = [
    path("compounds/<slug:code>/routing/", routing.Routing.as_view(), name="api_routing"),
    path("compounds/<slug:code>/routing/ask/", routing.RoutingAsk.as_view(), name="api_routing_ask"),
    path("compounds/<slug:code>/routing/history/", routing.RoutingHistory.as_view(), name="api_routing_history"),
    path("compounds/<slug:code>/routing/<int:rule>/", routing.RoutingOne.as_view(), name="api_routing_one"),
    path(
        "compounds/<slug:code>/routing/<int:rule>/<slug:way>/", routing.RoutingMove.as_view(), name="api_routing_move"
    ),
    path("compounds/<slug:code>/deadlines/", deadlines.Deadlines.as_view(), name="api_deadlines"),
    path("compounds/<slug:code>/replies/", replies.Replies.as_view(), name="api_replies"),
    path("compounds/<slug:code>/replies/<int:reply>/", replies.RepliesOne.as_view(), name="api_replies_one"),
    path("compounds/<slug:code>/places/", places.Places.as_view(), name="api_places"),
    path("compounds/<slug:code>/places/<slug:spot>/", places.PlacesOne.as_view(), name="api_places_one"),
]
