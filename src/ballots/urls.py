"""URLs of voting: the owners' list under the compound, the rest below one poll; whoever votes for another, beside it."""

from django.urls import URLPattern, URLResolver, path

from ballots.views import ballot, desk, owner, proxy, records, voters

_VOTE = "c/<slug:code>/polls/<slug:poll>/vote/"
_RIGHT = f"{_VOTE}right/<slug:right>/"
# For whoever votes for somebody and may live anywhere.
_OURS = "votes/<slug:code>/<slug:poll>/"
_THEIRS = f"{_OURS}right/<slug:right>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:code>/vote/", owner.mine, name="ballots_mine"),
    path(_VOTE, owner.poll, name="ballots_poll"),
    path(_RIGHT, ballot.ballot, name="ballots_ballot"),
    path(f"{_RIGHT}receipt/", owner.receipt, name="ballots_receipt"),
    path(f"{_RIGHT}proxy/", proxy.give, name="ballots_proxy"),
    path(f"{_RIGHT}proxy/back/", proxy.back, name="ballots_proxy_back"),
    path("votes/", voters.mine, name="voters_mine"),
    path(_OURS, voters.poll, name="voters_poll"),
    path(_THEIRS, voters.ballot, name="voters_ballot"),
    path(f"{_THEIRS}receipt/", voters.receipt, name="voters_receipt"),
    path(f"{_THEIRS}proxy/", voters.give, name="voters_proxy"),
    path(f"{_THEIRS}proxy/back/", voters.back, name="voters_proxy_back"),
    path(f"{_VOTE}turnout/", desk.turnout, name="ballots_turnout"),
    path(f"{_VOTE}remind/", desk.remind, name="ballots_remind"),
    path(f"{_VOTE}rounds/", desk.rounds, name="ballots_rounds"),
    path(f"{_VOTE}delivery/", desk.delivery, name="ballots_delivery"),
    path(f"{_VOTE}time/", desk.window, name="ballots_window"),
    path(f"{_VOTE}time/<int:step_id>/agree/", desk.agree, name="ballots_agree"),
    path(f"{_VOTE}time/<int:step_id>/withdraw/", desk.withdraw, name="ballots_withdraw"),
    path(f"{_VOTE}records/", records.listed, name="ballots_records"),
    path(f"{_VOTE}records/speaker/", records.speaker, name="ballots_speaker"),
    path(f"{_VOTE}records/speaker/<int:speaker_id>/end/", records.end_speaker, name="ballots_speaker_end"),
    path(f"{_VOTE}records/proxy/", records.paper_proxy, name="ballots_paper_proxy"),
    path(f"{_VOTE}records/proxy/<int:proxy_id>/end/", records.end_proxy, name="ballots_proxy_end"),
]
