"""URLs of paper ballots, under their poll."""

from django.urls import URLPattern, URLResolver, path

from paper_ballots.views import asking, batches, desk, doors, terms

_PAPER = "c/<slug:code>/polls/<slug:poll>/paper/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_PAPER, desk.page, name="paper_desk"),
    path(f"{_PAPER}print/", desk.print_now, name="paper_print"),
    path(f"{_PAPER}sheets/", desk.sheets, name="paper_sheets"),
    path(f"{_PAPER}replace/", desk.replace, name="paper_replace"),
    path(f"{_PAPER}back/", desk.back, name="paper_back"),
    path(f"{_PAPER}terms/", terms.page, name="paper_terms"),
    path(f"{_PAPER}how/", terms.how, name="paper_how"),
    path(f"{_PAPER}how/ask/", asking.ask, name="paper_ask"),
    path(f"{_PAPER}how/withdraw/", asking.withdraw, name="paper_ask_withdraw"),
    path(f"{_PAPER}asked/", asking.page, name="paper_asked"),
    path(f"{_PAPER}asked/enter/", asking.enter, name="paper_asked_enter"),
    path(f"{_PAPER}asked/<int:asked_id>/<slug:act>/", asking.act, name="paper_asked_act"),
    path("paper-ballots/sw.js", doors.service_worker, name="paper_worker"),
    path(f"{_PAPER}doors/", doors.overview, name="paper_doors"),
    path(f"{_PAPER}doors/<int:entrance>/", doors.entrance, name="paper_entrance"),
    path(f"{_PAPER}doors/<int:entrance>/<int:number>/", doors.deliver, name="paper_deliver"),
    path(f"{_PAPER}batch/", batches.new, name="paper_batch_new"),
    path(f"{_PAPER}batch/open/", batches.opened, name="paper_batch_open"),
    path(f"{_PAPER}batch/<int:number>/", batches.page, name="paper_batch"),
    path(f"{_PAPER}batch/<int:number>/do/<slug:act>/", batches.act, name="paper_batch_act"),
    path(f"{_PAPER}batch/<int:number>/sheet/<int:slot>/", batches.sheet, name="paper_sheet"),
    path(f"{_PAPER}batch/<int:number>/sheet/<int:slot>/read/", batches.read, name="paper_read"),
    path(f"{_PAPER}batch/<int:number>/sheet/<int:slot>/photo/", batches.photo, name="paper_photo"),
    path(f"{_PAPER}batch/<int:number>/sheet/<int:slot>/aside/", batches.aside, name="paper_aside"),
    path(f"{_PAPER}batch/<int:number>/sheet/<int:slot>/out/", batches.out, name="paper_out"),
]
