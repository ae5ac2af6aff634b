"""URLs of screens: the page in the hall under its own address, and where screens are managed."""

from django.urls import URLPattern, URLResolver, path

from screens.views import hall, managing

urlpatterns: list[URLPattern | URLResolver] = [
    path("screen/<slug:token>/", hall.show, name="screens_show"),
    path("screen/<slug:token>/slides/", hall.slides, name="screens_slides"),
    path("screen/<slug:token>/picture/<str:ref>/", hall.picture, name="screens_picture"),
    path("c/<slug:code>/screens/", managing.screens, name="screens_list"),
    path("c/<slug:code>/screens/new/", managing.new, name="screens_new"),
    path("c/<slug:code>/screens/<int:screen_id>/edit/", managing.edit, name="screens_edit"),
    path("c/<slug:code>/screens/<int:screen_id>/revoke/", managing.revoke, name="screens_revoke"),
]
