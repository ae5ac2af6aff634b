"""What the actions share: the newcomer as an actor, codes in the public register, messages and live events."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from accounts.crypto import digest
from accounts.models import Person
from live.actions import announce
from messaging.actions import queue
from parties.queries import holders
from premises.actions import DECIDERS
from premises.models import Occupancy
from residency.models import JoinCode
from residency.rules.codes import new_code
from residency.topics import CLAIMS
from tenancy.actor import Actor
from tenancy.models import Compound

MINE = "/join/"


def newcomer(person: Person, compound: Compound) -> Actor:
    """Someone who joins a compound: no standing yet, and no right but to what this app's actions let them do."""
    return Actor(
        person_id=person.pk,
        person_name=person.name,
        kind="newcomer",
        key=compound.pk,
        party="newcomer",
        role="newcomer",
        label=compound.name,
        compound_ids=(compound.pk,),
    )


def register_codes(*, kind: str, compound_id: int, codes: Mapping[str, int]) -> None:
    """Enter codes in the public register, each with the row that it opens."""
    JoinCode.objects.bulk_create(
        [JoinCode(code_digest=digest(code), kind=kind, place_id=compound_id, row=row) for code, row in codes.items()]
    )


def fresh_codes(count: int) -> list[str]:
    """Codes that no one has. Of a thousand million the first are nearly always free; two at once meet at the key."""
    found: dict[str, str] = {}
    while len(found) < count:
        made = {digest(code): code for code in (new_code() for _ in range(count - len(found)))}
        taken = JoinCode.objects.filter(code_digest__in=made).values_list("code_digest", flat=True)
        found |= {key: code for key, code in made.items() if key not in set(taken)}
    return list(found.values())


def forget_codes(codes: Iterable[str]) -> None:
    """Take codes out of the public register: used, cancelled and expired ones answer like ones that never were."""
    JoinCode.objects.filter(code_digest__in=[digest(code) for code in codes]).delete()


def office(compound_id: int, on: date, *, desk_only: bool = False) -> list[int]:
    """Whoever decides claims there today; with ``desk_only`` the firm's desk alone, while there is one."""
    found = [h for h in holders(compound_id, on) if (h.party, h.role) in DECIDERS]
    desk = [h.person_id for h in found if h.party == "company"]
    return desk if desk_only and desk else [h.person_id for h in found]


def tell(
    occupancy: Occupancy,
    to: Iterable[int],
    template: str,
    *,
    by: Actor,
    now: datetime,
    link: str = MINE,
    urgent: bool = False,
    part: str = "",
    **context: str,
) -> None:
    """Queue a message about a link to a home; the actor is never told of their own act.

    ``urgent`` goes out as a text message too: whoever has no standing yet, or no longer, cannot open the inbox.
    """
    people = sorted({person for person in to if person and (person != by.person_id or by.party == "newcomer")})
    if people:
        queue(
            compound_id=occupancy.compound_id,
            to=people,
            template=template,
            context={
                "home": occupancy.home.address,
                "compound": occupancy.compound.name,
                "relation": str(Occupancy.Relation(occupancy.relation).label),
                **context,
            },
            link=link,
            by=by,
            now=now,
            urgent=urgent,
            key=f"{template}:{occupancy.pk}:{part or now.isoformat()}",
        )


def page_of(occupancy: Occupancy) -> str:
    """The office's page of a link to a home."""
    return f"/c/{occupancy.compound.code}/residents/{occupancy.pk}/"


def said(occupancy: Occupancy, *, now: datetime) -> None:
    """Renew the lists of whoever decides."""
    announce(
        compound_id=occupancy.compound_id,
        topic=CLAIMS,
        kind="changed",
        payload={"id": occupancy.pk, "state": occupancy.state},
        now=now,
    )
