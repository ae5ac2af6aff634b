"""URLs of an election's preparation, below its poll."""

from django.urls import URLPattern, URLResolver, path

from candidates.views import desk, group, naming, one, planning, slate

_POLL = "c/<slug:code>/polls/<slug:election>/"
_HERE = f"{_POLL}candidates/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_POLL}group/", group.page, name="candidates_group"),
    path(f"{_POLL}group/check/", group.check, name="candidates_group_check"),
    path(f"{_POLL}group/do/<slug:act>/", group.act, name="candidates_group_act"),
    path(_HERE, desk.listed, name="candidates_list"),
    path(f"{_HERE}plan/", planning.plan, name="candidates_plan"),
    path(f"{_HERE}open/", planning.open_, name="candidates_open"),
    path(f"{_HERE}new/", naming.new, name="candidates_new"),
    path(f"{_HERE}slate/", slate.page, name="candidates_slate"),
    path(f"{_HERE}slate/post/", slate.publish, name="candidates_slate_post"),
    path(f"{_HERE}members/", desk.members, name="candidates_members"),
    path(f"{_HERE}sheet/<slug:kind>/", desk.sheet, name="candidates_sheet"),
    path(f"{_HERE}<slug:candidate>/", one.page, name="candidates_one"),
    path(f"{_HERE}<slug:candidate>/do/<slug:act>/", one.act, name="candidates_act"),
]
