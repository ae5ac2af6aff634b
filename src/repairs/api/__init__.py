"""Repair requests over REST: the same actions as the pages, for mini-programs and the firms' own systems."""

from repairs.api import acting, incidents, requests, talk

urlpatterns = [*requests.urlpatterns, *talk.urlpatterns, *incidents.urlpatterns, *acting.urlpatterns]
