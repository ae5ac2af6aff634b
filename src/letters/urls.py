"""URLs of letters: the box of a body under /letters/, each letter under its compound."""

from django.urls import URLPattern, URLResolver, path

from letters.views import box, editor, one

urlpatterns: list[URLPattern | URLResolver] = [
    path("letters/", box.box, name="letters_box"),
    path("c/<slug:code>/letters/new/", editor.new, name="letters_new"),
    path("c/<slug:code>/letters/<slug:letter>/", one.one, name="letters_one"),
    path("c/<slug:code>/letters/<slug:letter>/edit/", editor.edit, name="letters_edit"),
    path("c/<slug:code>/letters/<slug:letter>/sheet/", one.sheet, name="letters_sheet"),
    path("c/<slug:code>/letters/<slug:letter>/do/<slug:act>/", one.act, name="letters_act"),
]
