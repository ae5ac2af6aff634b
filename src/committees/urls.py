"""URLs of results and committees: the roll-up, a compound's committee, what hangs on it, the result of a poll."""

from django.urls import URLPattern, URLResolver, path

from committees.views import office, overview, papers, result

_HERE = "c/<slug:code>/committee/"
_RESULT = "c/<slug:code>/polls/<slug:poll>/result/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("committees/", overview.overview, name="committees_overview"),
    path("committees/sheet/", overview.sheet, name="committees_sheet"),
    path(_HERE, office.office, name="committees_office"),
    path(f"{_HERE}record/", office.record, name="committees_record"),
    path(f"{_HERE}cross/", papers.cross, name="committees_cross"),
    path(f"{_HERE}cross/do/<slug:act>/", papers.cross_act, name="committees_cross_act"),
    path(f"{_HERE}do/<slug:act>/", office.act, name="committees_act"),
    path(f"{_HERE}members/<int:member_id>/", office.member, name="committees_member"),
    path(f"{_HERE}members/<int:member_id>/do/<slug:act>/", office.member_act, name="committees_member_act"),
    path(f"{_HERE}filings/<int:filing_id>/", papers.filing, name="committees_filing"),
    path(f"{_HERE}filings/<int:filing_id>/data/", papers.filing_data, name="committees_filing_data"),
    path(f"{_HERE}filings/<int:filing_id>/sheet/", papers.filing_sheet, name="committees_filing_sheet"),
    path(f"{_HERE}filings/<int:filing_id>/do/<slug:act>/", papers.filing_act, name="committees_filing_act"),
    path(f"{_HERE}recalls/<int:recall_id>/", papers.recall, name="committees_recall"),
    path(f"{_HERE}recalls/<int:recall_id>/do/<slug:act>/", papers.recall_act, name="committees_recall_act"),
    path(f"{_HERE}handing/<int:handing_id>/", papers.handing, name="committees_handing"),
    path(f"{_HERE}handing/<int:handing_id>/sheet/", papers.handing_sheet, name="committees_handing_sheet"),
    path(f"{_HERE}handing/<int:handing_id>/do/<slug:act>/", papers.handing_act, name="committees_handing_act"),
    path(_RESULT, result.result, name="committees_result"),
    path(f"{_RESULT}sheet/", result.sheet, name="committees_result_sheet"),
    path(f"{_RESULT}office/", result.office, name="committees_take_office"),
    path(f"{_RESULT}do/<slug:act>/", result.act, name="committees_result_act"),
]
