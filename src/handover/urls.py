"""URLs of handovers: under /c/<code>/ for one compound; a firm's own copies under /handover/."""

from django.urls import URLPattern, URLResolver, path

from handover.views import kept, lists, overview, signing

urlpatterns: list[URLPattern | URLResolver] = [
    path("handover/kept/", kept.copies, name="handover_copies"),
    path("handover/kept/<slug:kept>/", kept.copy, name="handover_copy"),
    path("c/<slug:code>/handover/", overview.overview, name="handover_overview"),
    path("c/<slug:code>/handover/rows/", overview.overview_part, name="handover_overview_part"),
    path("c/<slug:code>/handover/cases/", overview.cases_sheet, name="handover_cases"),
    path("c/<slug:code>/handover/late/", kept.late, name="handover_late"),
    path("c/<slug:code>/handover/late/<slug:record>/", kept.take_over, name="handover_take"),
    path("c/<slug:code>/handover/<slug:handover>/", overview.one, name="handover_one"),
    path("c/<slug:code>/handover/<slug:handover>/turn/", overview.part, name="handover_part"),
    path("c/<slug:code>/handover/<slug:handover>/do/<slug:turn>/", overview.act, name="handover_act"),
    path("c/<slug:code>/handover/<slug:handover>/sign/<slug:role>/", signing.sign, name="handover_sign"),
    path("c/<slug:code>/handover/<slug:handover>/items/<int:item_id>/", lists.item, name="handover_item"),
    path("c/<slug:code>/handover/<slug:handover>/lists/<slug:kind>/", lists.rows, name="handover_rows"),
    path("c/<slug:code>/handover/<slug:handover>/lists/<slug:kind>/judge/", lists.judge_many, name="handover_judge"),
    path("c/<slug:code>/handover/<slug:handover>/lists/<slug:kind>/add/", lists.add, name="handover_add"),
]
