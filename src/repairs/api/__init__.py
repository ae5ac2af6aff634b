"""Repair requests over REST: the same actions as the pages, for mini-programs and the firms' own systems."""

from repairs.api import acting, incidents, requests, rules, talk

urlpatterns = [
    *requests.urlpatterns,
    *talk.urlpatterns,
    *incidents.urlpatterns,
    *rules.urlpatterns,
    *acting.urlpatterns,
]
