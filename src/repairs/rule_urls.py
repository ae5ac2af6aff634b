"""URLs of 规则设置: a compound's under /c/<code>/rules/, a city's under /city/rules/."""

from django.urls import URLPattern, URLResolver, path

from repairs.views.rules import deadlines, places, replies, routing

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:code>/rules/routing/", routing.rules, name="repairs_routing"),
    path("c/<slug:code>/rules/routing/new/", routing.new, name="repairs_routing_new"),
    path("c/<slug:code>/rules/routing/history/", routing.history, name="repairs_routing_history"),
    path("c/<slug:code>/rules/routing/<int:rule>/", routing.change, name="repairs_routing_rule"),
    path("c/<slug:code>/rules/routing/<int:rule>/move/", routing.move, name="repairs_routing_move"),
    path("c/<slug:code>/rules/routing/<int:rule>/end/", routing.end, name="repairs_routing_end"),
    path("c/<slug:code>/rules/deadlines/", deadlines.deadlines, name="repairs_deadlines"),
    path("c/<slug:code>/rules/deadlines/history/", deadlines.history, name="repairs_deadlines_history"),
    path("c/<slug:code>/rules/deadlines/<slug:category>/<slug:pace>/", deadlines.change, name="repairs_deadline"),
    path("c/<slug:code>/rules/replies/", replies.replies, name="repairs_replies"),
    path("c/<slug:code>/rules/replies/new/", replies.new, name="repairs_reply_new"),
    path("c/<slug:code>/rules/replies/history/", replies.history, name="repairs_replies_history"),
    path("c/<slug:code>/rules/replies/<int:reply>/", replies.change, name="repairs_reply"),
    path("c/<slug:code>/rules/replies/<int:reply>/end/", replies.end, name="repairs_reply_end"),
    path("c/<slug:code>/rules/places/", places.places, name="repairs_places"),
    path("c/<slug:code>/rules/places/new/", places.make, name="repairs_place_new"),
    path("c/<slug:code>/rules/places/print/", places.print_, name="repairs_places_print"),
    path("c/<slug:code>/rules/places/<slug:spot>/retire/", places.retire, name="repairs_place_retire"),
    path("city/rules/deadlines/", deadlines.city_deadlines, name="repairs_city_deadlines"),
    path("city/rules/deadlines/history/", deadlines.city_history, name="repairs_city_deadlines_history"),
    path("city/rules/deadlines/<slug:category>/<slug:pace>/", deadlines.city_change, name="repairs_city_deadline"),
    path("city/rules/replies/", replies.city_replies, name="repairs_city_replies"),
    path("city/rules/replies/new/", replies.city_new, name="repairs_city_reply_new"),
    path("city/rules/replies/history/", replies.city_history, name="repairs_city_replies_history"),
    path("city/rules/replies/<int:reply>/", replies.city_change, name="repairs_city_reply"),
    path("city/rules/replies/<int:reply>/end/", replies.city_end, name="repairs_city_reply_end"),
]
