"""URLs of publicity: the periods wherever a post acts under /publicity/, the rules of a compound's place."""

from django.urls import URLPattern, URLResolver, path

from publicity.views import periods

urlpatterns: list[URLPattern | URLResolver] = [
    path("publicity/", periods.periods, name="publicity_periods"),
    path("c/<slug:code>/publicity/rules/", periods.rules, name="publicity_rules"),
]
