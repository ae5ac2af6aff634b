"""Filing with the street: what is due, papers, handed in, the office's answer (条例 16; 指导规则 33-34; P33)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from committees.actions.change import local, locked, note, people_of, said, settle, tell, until
from committees.models import Committee, Filing, FilingPaper
from committees.models.filing import Answer, FilingKind, Paper
from committees.permissions import answers_filings, runs
from committees.refusals import BadInput, NoSuchCommittee, OutOfState
from documents.actions import store_file, store_image
from elections.rules.jurisdictions import Parameters
from tenancy.actor import Actor

PURPOSE = "committees.filing"
MAX_PAPERS = 60
DAYS = {FilingKind.FIRST: "filing_days", FilingKind.CHANGE: "change_filing_days"}


def open_filing(committee: Committee, *, kind: str, cause: str, since: date, once: bool = False) -> Filing:
    """Something must be filed from a day on. A change that comes while an earlier one is not handed in is filed with it,
    by the earlier one's day."""
    if once:
        waiting: Filing | None = Filing.objects.filter(
            compound_id=committee.compound_id, committee=committee, kind=kind, handed_at=None
        ).first()
        if waiting is not None:
            waiting.cause = f"{waiting.cause}；{cause}"[:300]
            waiting.save(update_fields=["cause"])
            return waiting
    parameters = local(committee, since)
    name = DAYS[FilingKind(kind)]
    made: Filing = Filing.objects.create(
        compound_id=committee.compound_id, committee=committee, kind=kind, cause=cause[:300], since=since,
        due=until(since, parameters[name]), article=parameters.source(name)[:200],
    )  # fmt: skip
    return made


def wanted(parameters: Parameters, kind: str) -> list[str]:
    """The papers that a place asks for, with the statistics of the ballots, in the order of the pack."""
    asked = set(parameters["filing_papers"])
    if kind == FilingKind.FIRST:
        asked |= {"statistics", "pledges", "alternates"}
    else:
        asked = {"decisions", "members", "alternates"}
    return [one for one in Paper.values if one in asked]


def _filing(compound_id: int, filing_id: int) -> Filing:
    found: Filing | None = (
        Filing.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=filing_id)
        .first()
    )
    if found is None:
        raise NoSuchCommittee
    return found


def _open(compound_id: int, filing_id: int, by: Actor) -> tuple[Filing, Committee]:
    filing = _filing(compound_id, filing_id)
    committee = locked(compound_id=compound_id, committee_id=filing.committee_id, by=by, may=runs)
    if filing.handed_at is not None and filing.answer != Answer.RETURNED:
        raise OutOfState("handed_in")
    return filing, committee


@transaction.atomic
def add_paper(
    *, compound_id: int, filing_id: int, kind: str, name: str, upload: Any, by: Actor, now: datetime
) -> FilingPaper:
    """Add a paper: a PDF, or a photograph of one. Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState
    (handed_in), BadInput (unknown_paper, say_why, too_long, too_many), FileRefused."""
    filing, committee = _open(compound_id, filing_id, by)
    if kind not in Paper.values:
        raise BadInput("unknown_paper", field="kind")
    if filing.papers.filter(dropped_at=None).count() >= MAX_PAPERS:
        raise BadInput("too_many", field="upload", most=str(MAX_PAPERS))
    upload.seek(0)
    keep = store_file if upload.read(5) == b"%PDF-" else store_image
    upload.seek(0)
    stored = keep(
        compound_id=compound_id, by=by, upload=upload, purpose=PURPOSE, target=f"committees.filing:{filing.pk}", now=now
    )
    made: FilingPaper = FilingPaper.objects.create(
        compound_id=compound_id, filing=filing, kind=kind, name=said(name or str(Paper(kind).label), "name", 80),
        file=stored, at=now, label=by.signature,
    )  # fmt: skip
    settle(committee, "paper", {"paper": [None, made.name], "kind": [None, kind]}, by=by, now=now)
    return made


@transaction.atomic
def drop_paper(*, compound_id: int, filing_id: int, paper_id: int, by: Actor, now: datetime) -> FilingPaper:
    """Take a paper out before it is handed in. Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (handed_in)."""
    filing, committee = _open(compound_id, filing_id, by)
    found: FilingPaper | None = filing.papers.filter(pk=paper_id, dropped_at=None).first()
    if found is None:
        raise NoSuchCommittee
    found.dropped_at = now
    found.save(update_fields=["dropped_at"])
    settle(committee, "drop_paper", {"paper": [found.name, None]}, by=by, now=now)
    return found


@transaction.atomic
def hand_in(*, compound_id: int, filing_id: int, accepted: bool = False, by: Actor, now: datetime) -> Filing:
    """Hand a filing in; the street is told, and its day for an answer runs where the place has one.

    ``accepted``: whoever hands it in has read which papers are missing. Refused: NoSuchCommittee, NotPermitted
    (not_your_post), OutOfState (handed_in, papers_missing).
    """
    filing, committee = _open(compound_id, filing_id, by)
    missing = missing_papers(filing, committee)
    if missing and not accepted:
        raise OutOfState("papers_missing", names="、".join(str(Paper(one).label) for one in missing))
    today = localdate(now)
    reply = local(committee, today)["office_reply"]
    filing.handed_at, filing.handed_as = now, by.signature
    filing.answer, filing.answered_at, filing.answered_as = "", None, ""
    filing.answer_due = until(today, reply["amount"], working=reply["unit"] == "working_days") if reply else None
    filing.save()
    note(committee, "handed_in", f"{filing.get_kind_display()}已送街道：{filing.cause}", on=today, by=by, now=now)
    tell(
        committee,
        people_of(compound_id, ("street",), now),
        "handed_in",
        by=by,
        now=now,
        cause=filing.cause,
        link=link(committee, filing),
    )
    settle(committee, "hand_in", {"filing": [None, filing.cause], "missing": [None, missing]}, by=by, now=now)
    return filing


@transaction.atomic
def answer_filing(
    *, compound_id: int, filing_id: int, answer: str, number: str = "", text: str = "", by: Actor, now: datetime
) -> Filing:
    """The street's answer: filed, with its number, or given back with what is missing.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (not_handed_in, answered_already), BadInput
    (unknown_answer, say_why, too_long).
    """
    filing = _filing(compound_id, filing_id)
    committee = locked(
        compound_id=compound_id, committee_id=filing.committee_id, by=by, may=lambda a, c, _o: answers_filings(a, c)
    )
    if filing.handed_at is None:
        raise OutOfState("not_handed_in")
    if filing.answer:
        raise OutOfState("answered_already")
    if answer not in Answer.values:
        raise BadInput("unknown_answer", field="answer")
    filing.answer_number = said(number, "number", 60, needed=answer == Answer.ACCEPTED)
    filing.answer_note = said(text, "text", needed=answer == Answer.RETURNED)
    filing.answer, filing.answered_at, filing.answered_as = answer, now, by.signature
    filing.save()
    words = filing.get_answer_display()
    note(
        committee, "answered", f"街道对“{filing.cause}”{words}{f'，{filing.answer_number}' if filing.answer_number else ''}",
        on=localdate(now), by=by, now=now,
    )  # fmt: skip
    tell(
        committee, people_of(compound_id, ("committee", "community", "residents"), now), "answered", by=by, now=now,
        cause=filing.cause, answer=str(words), note=filing.answer_note or filing.answer_number, link=link(committee, filing),
    )  # fmt: skip
    settle(committee, "answer", {"filing": [None, filing.cause], "answer": [None, answer]}, by=by, now=now)
    return filing


def missing_papers(filing: Filing, committee: Committee) -> list[str]:
    """Which papers of the place are neither uploaded nor written by the portal."""
    from committees.models.filing import GENERATED

    have = set(filing.papers.filter(dropped_at=None).values_list("kind", flat=True)) | set(GENERATED)
    return [one for one in wanted(local(committee, filing.since), filing.kind) if one not in have]


def link(committee: Committee, filing: Filing) -> str:
    """The page of a filing."""
    return f"/c/{committee.compound.code}/committee/filings/{filing.pk}/"
