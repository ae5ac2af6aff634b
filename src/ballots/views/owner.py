"""What an owner opens: everything that is voted on, one poll with the rights in it, a receipt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ballots.actions.reminding import seen
from ballots.board import STEPS
from ballots.queries.mine import standings
from ballots.queries.polls import extensions_of, public_poll, public_polls
from ballots.queries.rights import Mine, right_of, rights_of
from ballots.queries.turnout import Taken, taken
from ballots.topics import topic_of
from ballots.views.asking import OwnerRequest, is_voter, owners, ways
from ballots.words import BLOCKED, VIA, marks_text, window_text
from elections.box.questions import Item
from elections.models import Poll, State
from elections.poll_words import TONES, silence_words
from elections.queries.items import box_items
from elections.queries.joint import taken_steps
from elections.queries.places import place_names
from elections.rules.measures import area_text
from live.queries import seqs
from tenancy.models import Compound


@require_safe
@never_cache
@owners
def mine(request: OwnerRequest, compound: Compound) -> HttpResponse:
    """投票: what runs, what comes, what is over, and whether one has voted."""
    now = timezone.now()
    polls = public_polls(compound.pk)
    found = standings(compound.pk, [one.pk for one in polls], request.user)
    return render(
        request,
        "ballots/mine.html",
        {
            "compound": compound,
            "rows": [_row(one, found.get(one.pk, (0, 0)), now) for one in polls],
        },
    )


def _row(poll: Poll, counts: tuple[int, int], now: datetime) -> dict[str, Any]:
    rights, used = counts
    open_now = takes_ballots(poll, now)
    badge, tone = str(State(poll.state).label), TONES[poll.state]
    if rights and used == rights:
        badge, tone = _("已投"), "good"
    elif open_now and rights:
        badge, tone = (_("还没投"), "warn") if not used else (_("还有 %(n)s 票没投") % {"n": rights - used}, "warn")
    elif open_now:
        badge, tone = _("没有您的票"), "neutral"
    return {
        "poll": poll,
        "url": reverse("ballots_poll", args=[poll.compound.code, poll.ref]),
        "detail": window_text(poll, now) or str(poll.get_kind_display()),
        "badge": badge,
        "tone": tone,
    }


def votes_for(poll: Poll, now: datetime) -> dict[str, Any]:
    """A poll in the list of whoever votes for somebody there."""
    return {
        "poll": poll,
        "url": reverse("voters_poll", args=[poll.compound.code, poll.ref]),
        "detail": " · ".join(part for part in (poll.compound.name, window_text(poll, now)) if part),
        "badge": State(poll.state).label,
        "tone": TONES[poll.state],
    }


def takes_ballots(poll: Poll, now: datetime) -> bool:
    """Whether a ballot that comes now is taken."""
    return poll.state == State.VOTING and poll.closes_at is not None and now < poll.closes_at


@require_safe
@never_cache
@owners
def poll(request: OwnerRequest, compound: Compound, poll: str) -> HttpResponse:
    """One poll: what is asked, until when, my rights, how many have voted."""
    return poll_page(request, compound, poll)


def poll_page(request: OwnerRequest, compound: Compound, poll: str) -> HttpResponse:
    """The page, whoever asks. Whoever has only a record of the poll is not told live."""
    now = timezone.now()
    found = found_poll(compound, poll)
    seen(poll=found, person_id=request.user.pk, now=now)
    topic = topic_of(found.ref)
    numbers = {} if is_voter(request) else seqs(compound_id=compound.pk, topics=[topic])
    rights = rights_of(found, request.user, casts=True)
    items = box_items(found)
    return render(
        request,
        "ballots/poll.html",
        {
            "compound": compound,
            "poll": found,
            "state": State(found.state).label,
            "tone": TONES[found.state],
            "window": window_text(found, now),
            "items": _items(compound.pk, items, rights),
            "silence": silence_words(found),
            "rights": [_right(found, one, now, items) for one in rights],
            "open": takes_ballots(found, now),
            "turnout": [shown_turnout(one) for one in taken(found)] if found.voting_at else [],
            "extensions": extensions_of(found),
            "steps": [(STEPS.get(one.action, one.get_action_display()), one) for one in taken_steps(found)],
            "links": [] if is_voter(request) else links(found),
            "numbers": numbers,
            "topic": topic,
            "live": not is_voter(request),
            "ways": ways(request),
            "now": now,
        },
    )


def found_poll(compound: Compound, ref: str) -> Poll:
    """A poll that was called; Http404."""
    found = public_poll(compound.pk, ref)
    if found is None:
        raise Http404
    return found


def _items(compound_id: int, items: Sequence[Item], rights: Sequence[Mine]) -> list[dict[str, Any]]:
    """Each item with who decides it, where that is a part of the compound, and whether the reader has a ballot but none on it."""
    names = place_names(compound_id) if any(one.scope for one in items) else {}
    return [
        {
            "item": one,
            "place": names.get(one.scope, "") if one.scope else "",
            "others": bool(rights) and not any(right.items([one]) for right in rights),
        }
        for one in items
    ]


def _right(poll: Poll, one: Mine, now: datetime, items: Any) -> dict[str, Any]:
    blocked = one.blocked(again=poll.vote_again)
    concerned = bool(one.items(items))
    return {
        "right": one,
        "area": area_text(one.area),
        "via": VIA.get(one.standing.via, "") if one.standing.via != "owner" else "",
        "can": takes_ballots(poll, now) and not blocked and concerned,
        "again": one.use is not None,
        "blocked": BLOCKED.get(one.standing.refused, "") if one.standing.refused else "",
        "concerned": concerned,
        "receipt": one.use is not None and bool(one.casts),
        # After the close the one question is whether it was counted; a paper is looked for by its number.
        "proof": one.use.receipt
        if one.use is not None
        and one.use.channel == "phone"
        and poll.closed_at is not None
        and poll.state != State.VOTING
        else "",
        "paper": one.use is not None and one.use.channel == "paper",
        "by_proxy": one.use is not None and one.use.by == "proxy",
        "gives": takes_ballots(poll, now)
        and one.use is None
        and one.proxy is None
        and one.standing.via in {"owner", "chosen", "speaker"},
        "given": one.proxy if one.standing.via != "proxy" else None,
    }


def shown_turnout(one: Taken) -> dict[str, Any]:
    """The turnout of a scope as a page shows it."""
    return {
        "row": one,
        "words": marks_text(one),
        "area_have": area_text(one.area.have) if one.area is not None else "",
        "area_of": area_text(one.area.of) if one.area is not None else "",
        "area_needs": area_text(one.area.needs) if one.area is not None else "",
    }


def links(poll: Poll) -> list[dict[str, Any]]:
    """Pages of other floors about this poll that owners may open, where they are: once there is a result, it first."""
    found = []
    result = ("committees_result", "chart-bar", _("表决结果"))
    pages = (
        ("polls_public", "users", _("业主名册（姓名已隐去）")),
        ("paper_how", "file-text", _("纸质票怎么投、交到哪里")),
        ("boxes_public", "lock", _("核对我的票、票箱的公开记录")),
    )
    for name, icon, label in (result, *pages) if poll.announced_at else (*pages, result):
        try:
            found.append({"url": reverse(name, args=[poll.compound.code, poll.ref]), "icon": icon, "label": label})
        except NoReverseMatch:
            continue
    return found


@require_safe
@never_cache
@owners
def receipt(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """The receipt of a right: who voted for it and when, for everyone who has it; the code; how to check. Never what."""
    return receipt_page(request, compound, poll, right)


def receipt_page(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """The page, whoever asks."""
    found = found_poll(compound, poll)
    one = right_of(found, request.user, right, casts=True)
    if one is None or not one.casts:
        raise Http404
    counts = one.use.receipt if one.use is not None else ""
    return render(
        request,
        "ballots/receipt.html",
        {
            "compound": compound,
            "poll": found,
            "right": one,
            "casts": [
                {"cast": cast, "counts": cast.receipt == counts, "via": VIA[cast.via]} for cast in reversed(one.casts)
            ],
            "code": _spaced(counts),
            "latest": one.casts[-1],
            "mine": one.casts[-1].person_id == request.user.pk,
            "links": [] if is_voter(request) else links(found),
            "ways": ways(request),
            "draft": draft_name(found, right),
        },
    )


def _spaced(code: str) -> str:
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def draft_name(poll: Poll, right: str) -> str:
    """The name under which the browser keeps what was chosen until it is handed in."""
    return f"vote-{poll.ref}-{right}"
