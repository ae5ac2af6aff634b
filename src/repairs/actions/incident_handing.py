"""A firm's contract has ended: mass incidents that go on are the next firm's, or the community's while there is none."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from parties.models import Organisation
from parties.queries import serving_company
from repairs.actions.incidents import everyone, keep, people_in, requests_of, send
from repairs.models import HELD, Incident
from tenancy.actor import system_actor


@dataclass(frozen=True, slots=True)
class HandedIncident:
    """One incident that went on, and who ran it before."""

    incident: Incident
    from_company: Organisation | None
    to_company: Organisation | None


@transaction.atomic
def hand_on_incidents(*, compound_id: int, now: datetime) -> list[HandedIncident]:
    """Give every open incident of a firm that serves the compound no more to the firm that does, or to nobody yet.

    Its words and the hour that was promised stand: what is out of order does not follow the contract. Who waits in it is told
    whose it is now; who has an open request of their own is told of that request, not twice. Repeatable; one that somebody
    is writing to is left for the next time.
    """
    serving = serving_company(compound_id, localdate(now))
    rows = list(
        Incident.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(compound_id=compound_id, closed_at__isnull=True)
        .exclude(company_id=serving.pk if serving is not None else None)
        .order_by("pk")
    )
    firms = {firm.pk: firm for firm in Organisation.objects.filter(pk__in={row.company_id for row in rows})}
    return [_hand_on(row, firms.get(row.company_id or 0), serving, now) for row in rows]


def _hand_on(
    incident: Incident, before: Organisation | None, after: Organisation | None, now: datetime
) -> HandedIncident:
    by = system_actor("handing", (incident.compound_id,))
    incident.company = after
    incident.save(update_fields=["company"])
    changes = {"company": [before.name if before else None, after.name if after else None]}
    keep(incident, "incident_hand_on", changes, by, now)
    requests = requests_of(incident)
    told_already = people_in([row for row in requests if row.state in HELD])
    send(
        incident,
        set(everyone(incident, requests)) - set(told_already),
        "repairs.incident_handed" if after is not None else "repairs.incident_without_firm",
        by,
        now,
        old=before.name if before else _("原物业"),
        new=after.name if after else "",
    )
    return HandedIncident(incident, before, after)
