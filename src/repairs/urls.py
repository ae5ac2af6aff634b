"""URLs of repair requests: under /c/<code>/ for one compound."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
