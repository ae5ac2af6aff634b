"""The clock of terms: tellings that escalate, a time that is over, the freeze of votes on the firm (温州 23, 宁波 36)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from committees.actions.change import locked, note, people_of, settle, tell
from committees.actions.handing import open_committee_list
from committees.models import Committee, Handing, Member, TermNotice
from committees.models.office import End
from committees.permissions import starts_reelection
from committees.refusals import BadInput, OutOfState
from committees.rules.terms import back, due, steps
from elections.models import Item, Kind, Poll, State
from elections.refusals import Refused
from elections.rules import jurisdictions
from elections.rules.jurisdictions import NATIONAL
from messaging.actions import queue
from parties.models import Organisation, Term
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

CLOCK = "committees"
FIRM_VOTES = ("hire_firm", "dismiss_firm")
OVER = (State.DECLARED, State.CANCELLED, State.ANNULLED)


@transaction.atomic
def begin_reelection(*, compound_id: int, committee_id: int, on: date, by: Actor, now: datetime) -> Committee:
    """A re-election group was set up: from now on the old committee calls no vote on hiring or dismissing the firm (P35).

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (reelection_runs), BadInput (wrong_day).
    """
    committee = locked(
        compound_id=compound_id, committee_id=committee_id, by=by, may=lambda a, c, _o: starts_reelection(a, c)
    )
    if committee.reelection_since is not None and committee.reelection_ended is None:
        raise OutOfState("reelection_runs")
    if not committee.term.starts <= on <= localdate(now):
        raise BadInput("wrong_day", field="on")
    committee.reelection_since, committee.reelection_as, committee.reelection_ended = on, by.signature, None
    committee.save()
    note(committee, "reelection", "换届小组成立；换届期间不得就选聘、解聘物业服务企业组织表决", on=on, by=by, now=now)
    tell(
        committee, people_of(compound_id, ("committee", "community", "residents", "street", "city"), now), "reelection", by=by,
        now=now, on=f"{on:%Y-%m-%d}",
    )  # fmt: skip
    settle(committee, "begin_reelection", {"since": [None, str(on)]}, by=by, now=now)
    return committee


@transaction.atomic
def end_reelection(*, compound_id: int, committee_id: int, by: Actor, now: datetime) -> Committee:
    """The re-election ended without a new committee, or was entered by mistake: the freeze ends with it.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (no_reelection).
    """
    committee = locked(
        compound_id=compound_id, committee_id=committee_id, by=by, may=lambda a, c, _o: starts_reelection(a, c)
    )
    if committee.reelection_since is None or committee.reelection_ended is not None:
        raise OutOfState("no_reelection")
    committee.reelection_ended = localdate(now)
    committee.save()
    note(committee, "reelection_ended", "本次换届结束", on=localdate(now), by=by, now=now)
    settle(committee, "end_reelection", {"ended": [None, str(localdate(now))]}, by=by, now=now)
    return committee


def check_call(poll: Poll, _by: Actor, now: datetime) -> Refused | None:
    """What a call is refused for: a vote on the firm opened by the committee whose re-election is under way. Two statements."""
    if poll.organisation_id is None:
        return None
    items = Item.objects.filter(compound_id=poll.compound_id, poll=poll, matter__in=FIRM_VOTES)
    if not items.exists():
        return None
    parameters = jurisdictions.parameters(poll.jurisdiction, localdate(now))
    if not parameters["freeze_firm_votes"]:
        return None
    frozen = Committee.objects.filter(
        compound_id=poll.compound_id, term__committee_id=poll.organisation_id, reelection_since__isnull=False,
        reelection_ended=None,
    )  # fmt: skip
    running = Poll.objects.filter(compound_id=poll.compound_id, kind=Kind.ELECTION, filling=0).exclude(state__in=OVER)
    own = Organisation.objects.filter(pk=poll.organisation_id, kind=Organisation.Kind.OWNERS_COMMITTEE)
    if own.exists() and (frozen.exists() or running.exists()):
        return OutOfState("firm_votes_frozen", source=parameters.source("freeze_firm_votes"))
    return None


@transaction.atomic
def watch_terms(*, compound_id: int, now: datetime) -> int:
    """Tell whoever must act of a term that nears its end or is over it, each step once; end what ended. Returns how many told.

    May be repeated. A term without an end, and one after which another began, is left alone.
    """
    compound = Compound.objects.select_related("community").get(pk=compound_id)
    place = jurisdictions.find(compound.community.code)
    today = localdate(now)
    by = system_actor(CLOCK, (compound_id,))
    last: Term | None = (
        Term.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, committee__kind=Organisation.Kind.OWNERS_COMMITTEE, starts__lte=today)
        .select_related("committee")
        .order_by("-starts", "-pk")
        .first()
    )
    told = 0
    if last is not None and last.ends is not None:
        parameters = jurisdictions.parameters(place.code if place else NATIONAL, today)
        lead = parameters["reelection_lead"]
        warn_on = back(last.ends, lead["amount"], lead["unit"])
        done = frozenset(TermNotice.objects.filter(compound_id=compound_id, term=last).values_list("step", flat=True))
        step, passed = due(steps(last.ends, warn_on), today, done)
        if step is not None:
            TermNotice.objects.bulk_create(
                [TermNotice(compound_id=compound_id, term=last, step=name, sent=False, at=now) for name in passed]
                + [TermNotice(compound_id=compound_id, term=last, step=step.name, sent=True, at=now)]
            )
            queue(
                compound_id=compound_id, to=people_of(compound_id, step.to, now), template=f"committees.term_{step.name}",
                context={
                    "compound": compound.name, "ends": f"{last.ends:%Y-%m-%d}", "number": str(last.number),
                    "source": parameters.source("reelection_lead"),
                },
                link=f"/c/{compound.code}/committee/", by=by, now=now, key=f"term:{last.pk}:{step.name}",
            )  # fmt: skip
            record(
                by=by, compound_id=compound_id, verb="committees.term_notice", target=f"parties.term:{last.pk}",
                changes={"step": [None, step.name]}, now=now,
            )  # fmt: skip
            told = 1
        if today > last.ends:
            _end_of_term(compound_id, last, by, now)
    told += _late_lists(compound_id, by, now)
    return told


def _end_of_term(compound_id: int, last: Term, by: Actor, now: datetime) -> None:
    """Rows of the committee end with the term; the list of what is handed over is opened, to the street where nobody follows."""
    committee: Committee | None = (
        Committee.objects.select_for_update(of=("self",), no_key=True)
        .select_related("term__committee", "compound")
        .filter(compound_id=compound_id, term=last)
        .first()
    )
    if committee is None:
        return
    Member.objects.filter(compound_id=compound_id, committee=committee, end="").update(
        ends=last.ends, end=End.TERM, end_ground="任期届满", end_as=by.label
    )
    if not Handing.objects.filter(compound_id=compound_id, committee=committee, member=None).exists():
        open_committee_list(committee, since=last.ends or localdate(now), to="街道办事处（代管）", by=by, now=now)


def _late_lists(compound_id: int, by: Actor, now: datetime) -> int:
    """Whoever has not handed over by the day is asked for it, and the street hears of it, once."""
    late = list(
        Handing.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("committee__term__committee", "committee__compound", "member")
        .filter(compound_id=compound_id, done_at=None, late_told=False, due__lt=localdate(now))
    )
    for one in late:
        one.late_told = True
        one.save(update_fields=["late_told"])
        people = set(people_of(compound_id, ("committee", "community", "residents", "street"), now))
        people |= {one.member.person_id} - {0} if one.member else set()
        tell(
            one.committee, people, "handing_late", by=by, now=now, due=f"{one.due:%Y-%m-%d}",
            who=one.member.name if one.member else str(one.committee.term.committee),
            link=f"/c/{one.committee.compound.code}/committee/handing/{one.pk}/", key=f"handing_late:{one.pk}",
        )  # fmt: skip
        settle(one.committee, "handing_late", {"due": [None, str(one.due)]}, by=by, now=now)
    return len(late)


def warn_day(jurisdiction: str, ends: date | None, on: date) -> date | None:
    """The day from which a re-election is due in a place."""
    if ends is None:
        return None
    lead = jurisdictions.parameters(jurisdiction, on)["reelection_lead"]
    return back(ends, lead["amount"], lead["unit"])
