"""The printed sheets: the tally of a result, the filing pack, the list of what is handed over."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.utils.timezone import localdate

from committees.actions.change import local
from committees.actions.filings import wanted
from committees.models import Filing, Handing, Outcome
from committees.models.filing import FilingKind, Paper
from committees.models.office import End, Role
from committees.permissions import announces, sees_filings
from committees.queries import offices, outcomes
from committees.showing import shown
from documents.actions import TargetGone
from documents.queries import print_data_uri
from elections.permissions import sees_polls
from notices.actions.papers import drawn
from publicity.queries import period_of
from tenancy.actor import Actor

PHOTO_SIDE = 1400
MOST_PAGES = 60
SIGNATURES = {
    "result": ("组织单位", "监票人", "计票人", "业主代表"),
    "filing": ("业主委员会", "社区（居委会）"),
    "handing": ("移交方", "接收方", "监交（社区）"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet, as ``documents.kinds`` takes it."""

    name: str
    title: str
    template: str
    context: Callable[..., dict[str, Any]]
    allowed: Callable[[Actor, str], bool]


def _key(target: str, name: str) -> int | None:
    found, _colon, key = target.partition(":")
    return int(key) if found == name and key.isascii() and key.isdigit() else None


def result_target(outcome: Outcome) -> str:
    """How a sheet names the result that it is of."""
    return f"committees.outcome:{outcome.pk}"


def filing_target(filing: Filing) -> str:
    """How a pack names the filing that it is of."""
    return f"committees.filing:{filing.pk}"


def handing_target(handing: Handing) -> str:
    """How a sheet names the list that it is of."""
    return f"committees.handing:{handing.pk}"


def may_print_result(actor: Actor, target: str) -> bool:
    """Whoever sees polls prints an announced result; before that whoever announces it prints its draft."""
    key = _key(target, "committees.outcome")
    found = outcomes.outcome_by_key(key) if key is not None else None
    if found is None or found.compound_id not in actor.compound_ids:
        return False
    return sees_polls(actor) if found.announced_at is not None else announces(actor, found.poll)


def result_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the tally sheet shows: the facts as they were announced, or as they stand while it is a draft."""
    key = _key(target, "committees.outcome")
    found = outcomes.outcome_by_key(key) if key is not None else None
    if found is None or found.compound_id != compound_id:
        raise TargetGone
    facts = found.facts
    if found.announced_at is None:
        poll = outcomes.poll_of(compound_id, found.poll.ref)
        if poll is None:
            raise TargetGone
        facts = outcomes.facts_of(poll, found)
    return {
        "outcome": found,
        "facts": facts,
        "shown": shown(facts),
        "draft": found.announced_at is None,
        "period": period_of(found.notice) if found.notice else None,
        "announced": localdate(found.announced_at) if found.announced_at else None,
        "declared": localdate(found.declared_at) if found.declared_at else None,
        "gone": found.annulled_ground if found.annulled_at else "",
        "signatures": SIGNATURES["result"],
    }


def may_print_filing(actor: Actor, target: str) -> bool:
    """Whoever reads filings."""
    key = _key(target, "committees.filing")
    found = offices.filing_by_key(key) if key is not None else None
    return found is not None and found.compound_id in actor.compound_ids and sees_filings(actor)


def filing_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the pack shows: a cover with the list of annexes, each annex numbered, written by the portal or handed in."""
    key = _key(target, "committees.filing")
    found = offices.filing_by_key(key) if key is not None else None
    if found is None or found.compound_id != compound_id:
        raise TargetGone
    given = pack(found)
    return {"filing": found, "annexes": annexes(found, given), **given, "signatures": SIGNATURES["filing"]}


def annexes(filing: Filing, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Every annex in order: ``number``, ``kind``, ``title``, what the portal writes (``written``, and for lists of names
    ``people``, out of ``given`` as ``pack`` puts it together), what was handed in (``papers``: the row, its pages as pictures,
    how many are not printed)."""
    by_kind: dict[str, list[Any]] = {}
    for paper in filing.papers.all():
        by_kind.setdefault(paper.kind, []).append(paper)
    asked = wanted(local(filing.committee, filing.since), filing.kind)
    found: list[dict[str, Any]] = []
    for kind in Paper.values:
        papers = by_kind.get(kind, [])
        if kind not in asked and not papers:
            continue
        found.append(
            {
                "number": len(found) + 1,
                "kind": kind,
                "title": Paper(kind).label,
                "written": kind in WRITTEN,
                "people": given.get(kind, ()),
                "papers": [(one, *_pages(one)) for one in papers],
                "missing": kind not in WRITTEN and not papers,
            }
        )
    return found


WRITTEN = frozenset({"decisions", "statistics", "members", "alternates", "duties", "contacts", "pledges"})


def _pages(paper: Any) -> tuple[list[str], int]:
    """A paper as pictures to print, and how many pages of it are not printed: more than sixty, or one that cannot be drawn."""
    if paper.file.is_picture:
        return [print_data_uri(paper.file, side=PHOTO_SIDE)], 0
    with default_storage.open(paper.file.path) as file:
        total, pages = drawn(file.read(), most=MOST_PAGES)
    return [f"data:image/jpeg;base64,{base64.b64encode(one).decode()}" for one in pages], max(total - len(pages), 0)


def pack(filing: Filing) -> dict[str, Any]:
    """What the portal writes of a committee for its filing, for the pack and as data."""
    committee = filing.committee
    rows = [one for one in offices.everyone(committee) if one.end != "mistake"]
    sitting = [one for one in rows if not one.end and one.role != Role.ALTERNATE]
    alternates = [one for one in rows if not one.end and one.role == Role.ALTERNATE]
    outcome = outcomes.outcome_of(committee.poll) if committee.poll is not None else None
    facts = outcome.facts if outcome is not None and outcome.facts else None
    return {
        "committee": committee,
        "term": committee.term,
        "members": sitting,
        "alternates": alternates,
        # Who was chosen as chair, or stepped in, goes on in another row: that is no leaving.
        "left": [one for one in rows if one.end not in {"", End.STEPPED_IN} and one.role != Role.ALTERNATE],
        "facts": facts,
        "result": shown(facts) if facts else None,
        "first": filing.kind == FilingKind.FIRST,
    }


def may_print_handing(actor: Actor, target: str) -> bool:
    """Whoever reads lists of what is handed over."""
    key = _key(target, "committees.handing")
    found = offices.handing_by_key(key) if key is not None else None
    return found is not None and found.compound_id in actor.compound_ids and sees_filings(actor)


def handing_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the list shows."""
    key = _key(target, "committees.handing")
    found = offices.handing_by_key(key) if key is not None else None
    if found is None or found.compound_id != compound_id:
        raise TargetGone
    return {"handing": found, "items": list(found.items.all()), "signatures": SIGNATURES["handing"]}


KINDS = (
    Kind("committees.result", "表决结果统计表", "committees/result_sheet.html", result_context, may_print_result),
    Kind("committees.filing", "业主委员会备案材料", "committees/filing_sheet.html", filing_context, may_print_filing),
    Kind(
        "committees.handing", "业主委员会移交清单", "committees/handing_sheet.html", handing_context, may_print_handing
    ),
)


def listed(filing: Filing) -> list[dict[str, Any]]:
    """The annexes by name alone, for the page: nothing is drawn."""
    kinds = {paper.kind for paper in filing.papers.all()}
    asked = wanted(local(filing.committee, filing.since), filing.kind)
    shown_ones = [kind for kind in Paper.values if kind in asked or kind in kinds]
    return [
        {
            "number": number, "title": Paper(kind).label, "written": kind in WRITTEN, "papers": kind in kinds,
            "missing": kind not in WRITTEN and kind not in kinds,
        }
        for number, kind in enumerate(shown_ones, 1)
    ]  # fmt: skip


def as_data(filing: Filing) -> dict[str, Any]:
    """A filing as data, without membership of the Party: that is handed over on paper where a place asks for it."""
    given = pack(filing)
    term = given["term"]
    return {
        "kind": filing.kind,
        "cause": filing.cause,
        "since": filing.since.isoformat(),
        "due": filing.due.isoformat(),
        "article": filing.article,
        "handed_in": filing.handed_at.isoformat() if filing.handed_at else None,
        "answer": filing.answer or None,
        "number": filing.answer_number,
        "committee": term.committee.name,
        "term": {"number": term.number, "starts": term.starts.isoformat(), "ends": term.ends.isoformat() if term.ends else None},
        "members": [_member(one) for one in given["members"]],
        "alternates": [_member(one) for one in given["alternates"]],
        "papers": [{"kind": one.kind, "name": one.name, "sha256": one.file.sha256} for one in filing.papers.all()],
        "result": given["facts"],
    }  # fmt: skip


def _member(one: Any) -> dict[str, Any]:
    return {
        "name": one.name, "role": one.role, "rank": one.rank, "voters": one.voters, "area": one.area, "duties": one.duties,
        "contact": one.contact, "home": one.home, "pledge": one.pledge, "starts": one.starts.isoformat(),
    }  # fmt: skip
