"""URLs of votes: the calculator, the polls of a post, one poll under its compound."""

from django.urls import URLPattern, URLResolver, path

from elections.views import calculator, calling, likeness, polls, public, roll

_POLL = "c/<slug:code>/polls/<slug:poll>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("tally/", calculator.tally, name="elections_tally"),
    path("tally/results/", calculator.results, name="elections_results"),
    path("polls/", polls.listed, name="polls_list"),
    path("c/<slug:code>/polls/new/", polls.new, name="polls_new"),
    path(_POLL, polls.one, name="polls_one"),
    path(f"{_POLL}cancel/", polls.cancel, name="polls_cancel"),
    path(f"{_POLL}roll/", roll.page, name="polls_roll"),
    path(f"{_POLL}roll/do/<slug:act>/", roll.act, name="polls_roll_act"),
    path(f"{_POLL}roll/likeness/", likeness.page, name="polls_likeness"),
    path(f"{_POLL}roll/likeness/<int:number>/", likeness.decide, name="polls_likeness_decide"),
    path(f"{_POLL}roll/history/", roll.history, name="polls_history"),
    path(f"{_POLL}roll/sheet/", roll.sheet, name="polls_roll_sheet"),
    path(f"{_POLL}roll/print/", roll.printed, name="polls_roll_print"),
    path(f"{_POLL}roll/public/", public.page, name="polls_public"),
    path(f"{_POLL}roll/<int:number>/", roll.unit, name="polls_unit"),
    path(f"{_POLL}roll/<int:number>/change/", roll.change, name="polls_unit_change"),
    path(f"{_POLL}items/", calling.items, name="polls_items"),
    path(f"{_POLL}items/confirm/", calling.confirm, name="polls_items_confirm"),
    path(f"{_POLL}window/", calling.window, name="polls_window"),
    path(f"{_POLL}call/", calling.call, name="polls_call"),
    path(f"{_POLL}call/publish/", calling.publish, name="polls_call_publish"),
]
