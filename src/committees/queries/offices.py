"""A committee as its pages show it: who is in office, what is due, what happened."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from committees.models import (
    Committee,
    CrossPost,
    Filing,
    FilingPaper,
    Handing,
    HandingItem,
    Member,
    OfficeEvent,
    Recall,
    Round,
)
from committees.models.office import Role
from committees.permissions import sees_filings
from documents.models import StoredFile
from elections.models import Kind, Poll, State
from parties.models import Organisation, Post, Term
from parties.queries import Holder, holders
from tenancy.actor import Actor

EVENTS = 30
_ORDER = {role: place for place, role in enumerate(Role.values)}


@dataclass(frozen=True, slots=True)
class Standing:
    """The last term of a compound's committee with what the portal keeps of it; every part may be missing."""

    term: Term | None
    committee: Committee | None
    earlier: list[Term]
    election: Poll | None


def standing_of(compound_id: int, on: date) -> Standing:
    """The term that runs or was the last, and the election that is under way. Three statements."""
    terms = list(
        Term.objects.filter(compound_id=compound_id, starts__lte=on, committee__kind=Organisation.Kind.OWNERS_COMMITTEE)
        .select_related("committee")
        .order_by("-starts", "-pk")
    )
    # A term that is to begin is shown once it does; one that was just made begins at the earliest today.
    coming = terms[0] if terms else None
    committee: Committee | None = (
        Committee.objects.filter(compound_id=compound_id, term_id=coming.pk if coming else 0)
        .select_related("term__committee", "compound", "poll")
        .first()
    )
    return Standing(coming, committee, terms[1:], _election(compound_id))


def _election(compound_id: int) -> Poll | None:
    found: Poll | None = (
        Poll.objects.filter(compound_id=compound_id, kind=Kind.ELECTION)
        .exclude(state__in=(State.DECLARED, State.CANCELLED, State.ANNULLED))
        .order_by("-pk")
        .first()
    )
    return found


def committee_for(compound_id: int, committee_id: int) -> Committee | None:
    """One committee of a compound."""
    found: Committee | None = (
        Committee.objects.filter(compound_id=compound_id, pk=committee_id)
        .select_related("term__committee", "compound", "poll")
        .first()
    )
    return found


def everyone(committee: Committee) -> list[Member]:
    """Every row of a committee: those in office by role and rank first, then those who left, the last first. One statement."""
    rows = list(Member.objects.filter(compound_id=committee.compound_id, committee=committee).order_by("rank", "pk"))
    return sorted(rows, key=lambda one: (bool(one.end), _ORDER[one.role], one.rank, one.pk))


def held_posts(compound_id: int, organisation_id: int, on: date) -> list[Holder]:
    """Who holds a post in a committee of which nothing else is recorded. One statement."""
    rows = Post.objects.filter(organisation_id=organisation_id, starts__lte=on).exclude(ends__lt=on)
    keys = set(rows.values_list("pk", flat=True))
    order = {"chair": 0, "vice_chair": 1, "member": 2}
    found = [one for one in holders(compound_id, on) if one.post_id in keys]
    return sorted(found, key=lambda one: (order.get(one.role, 9), one.post_id))


def events_of(committee: Committee) -> list[OfficeEvent]:
    """The last things that happened, the newest first. One statement."""
    return list(
        OfficeEvent.objects.filter(compound_id=committee.compound_id, committee=committee).order_by("-on", "-pk")[
            :EVENTS
        ]
    )


def filings_of(committee: Committee) -> list[Filing]:
    """Its filings, the newest first. One statement."""
    return list(Filing.objects.filter(compound_id=committee.compound_id, committee=committee).order_by("-pk"))


def recalls_of(committee: Committee) -> list[Recall]:
    """Its recalls, the newest first. One statement."""
    return list(
        Recall.objects.filter(compound_id=committee.compound_id, committee=committee)
        .select_related("member")
        .order_by("-pk")
    )


def handings_of(compound_id: int) -> list[Handing]:
    """Lists of what is handed over in a compound that are open, and the last that were signed off. One statement."""
    rows = Handing.objects.filter(compound_id=compound_id).select_related("member", "committee__term__committee")
    return list(rows.order_by("-pk")[:20])


def member_for(compound_id: int, member_id: int) -> Member | None:
    """One member with the committee. One statement."""
    found: Member | None = (
        Member.objects.filter(compound_id=compound_id, pk=member_id)
        .select_related("committee__term__committee", "committee__compound", "committee__poll")
        .first()
    )
    return found


def filing_for(compound_id: int, filing_id: int) -> Filing | None:
    """One filing with its papers. Two statements."""
    found: Filing | None = (
        Filing.objects.filter(compound_id=compound_id, pk=filing_id)
        .select_related("compound", "committee__term__committee", "committee__compound", "committee__poll")
        .prefetch_related(
            Prefetch(
                "papers", FilingPaper.objects.filter(dropped_at=None).select_related("file").order_by("kind", "pk")
            )
        )
        .first()
    )
    return found


def filing_by_key(pk: int) -> Filing | None:
    """A filing of the open scope by its id, for its pack."""
    row: Filing | None = Filing.objects.filter(pk=pk).first()
    return filing_for(row.compound_id, pk) if row is not None else None


def handing_for(compound_id: int, handing_id: int) -> Handing | None:
    """One list with its things. Two statements."""
    found: Handing | None = (
        Handing.objects.filter(compound_id=compound_id, pk=handing_id)
        .select_related("compound", "member", "committee__term__committee", "committee__compound")
        .prefetch_related(Prefetch("items", HandingItem.objects.order_by("number")))
        .first()
    )
    return found


def handing_by_key(pk: int) -> Handing | None:
    """A list of the open scope by its id, for its sheet."""
    row: Handing | None = Handing.objects.filter(pk=pk).first()
    return handing_for(row.compound_id, pk) if row is not None else None


def recall_for(compound_id: int, recall_id: int) -> Recall | None:
    """One recall. One statement."""
    found: Recall | None = (
        Recall.objects.filter(compound_id=compound_id, pk=recall_id)
        .select_related("member", "poll", "committee__term__committee", "committee__compound")
        .first()
    )
    return found


def crosses_of(compound_id: int) -> list[CrossPost]:
    """The register of cross-posts of a compound: proposed, held, then what ended. One statement."""
    order = {"proposed": 0, "held": 1, "ended": 2, "dropped": 3}
    rows = CrossPost.objects.filter(compound_id=compound_id).select_related("body").order_by("-pk")[:200]
    return sorted(rows, key=lambda one: (order[one.state], -one.pk))


def to_cross(compound_id: int, on: date) -> list[tuple[int, str]]:
    """Whom a cross-post may be proposed for: posts of the community and of the committee, as choices. One statement."""
    return [
        (one.post_id, f"{one.name}（{one.organisation} {one.role_label}）")
        for one in holders(compound_id, on)
        if one.party in {"community", "residents", "committee"} and not one.crossed
    ]


def homes_by_name(poll: Poll, names: list[str]) -> dict[str, str]:
    """The address at which the roll names each of some owners, where it is one alone. One statement."""
    wanted, found, twice = set(names), {}, set()
    for address, owners in poll.units.values_list("address", "owners") if names else ():
        for one in owners:
            if one["name"] in wanted:
                if one["name"] in found:
                    twice.add(one["name"])
                found[one["name"]] = address
    return {name: address for name, address in found.items() if name not in twice}


def may_read_paper(actor: Actor, stored: StoredFile) -> bool:
    """Whether the actor may read a paper of a filing: those who see filings; with the committee its own alone. One statement."""
    if not sees_filings(actor) or stored.compound_id not in actor.compound_ids:
        return False
    return FilingPaper.objects.filter(compound_id=stored.compound_id, file=stored).exists()


def is_seated(poll: Poll) -> bool:
    """Whether the committee that an election made is in office. One statement."""
    return Committee.objects.filter(compound_id=poll.compound_id, poll=poll).exists()


def seats_for(found: Round) -> bool:
    """Whether the committee on whose seats a further vote was held is in office. One statement at most."""
    return found.committee_id is not None or (found.first is not None and is_seated(found.first))
