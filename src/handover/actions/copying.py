"""The two firms' own copies of a signed pack, which stay with them when their sight of the compound has ended."""

import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from audit.actions import record
from handover.models import FirmCopy, Handover, State
from messaging.actions import queue
from parties.queries import posts_in
from tenancy.actor import system_actor
from tenancy.models import Compound


@transaction.atomic
def copy_packs(*, compound_id: int, now: datetime) -> int:
    """Give each of the two firms its copy of every signed pack that is ready. Returns how many; may run twice."""
    made = 0
    rows = (
        Handover.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("outgoing", "incoming", "compound", "pack__file")
        .filter(compound_id=compound_id, state=State.COMPLETED, copied_at=None, pack__state="ready")
    )
    for found in rows:
        for firm in [one for one in (found.outgoing, found.incoming) if one is not None]:
            made += _copy(found, firm.pk, now)
        found.copied_at = now
        found.save(update_fields=["copied_at"])
        record(
            by=system_actor("copies", (compound_id,)),
            compound_id=compound_id,
            verb="handover.copy",
            target=f"handover.handover:{found.pk}",
            changes={"pack": [None, found.pack.number], "version": [None, found.version]},
            now=now,
        )
    return made


def _copy(found: Handover, organisation_id: int, now: datetime) -> int:
    pack, compound = found.pack, found.compound
    if FirmCopy.objects.filter(
        organisation_id=organisation_id, issuer_id=found.compound_id, number=pack.number
    ).exists():  # fmt: skip
        return 0
    path = f"o/{organisation_id}/{secrets.token_hex(16)}"
    with default_storage.open(pack.file.path) as content:
        whole = content.read()
    if default_storage.save(path, ContentFile(whole)) != path:
        raise OSError("The store did not keep the file's name.")
    FirmCopy.objects.create(
        organisation_id=organisation_id,
        issuer_id=found.compound_id,
        ref=secrets.token_urlsafe(16),
        title=pack.title,
        number=pack.number,
        version=found.version,
        path=path,
        bytes=len(whole),
        sha256=pack.sha256,
        issued_at=pack.issued_at,
    )
    _tell(compound, organisation_id, found, now)
    return 1


def _tell(compound: Compound, organisation_id: int, found: Handover, now: datetime) -> None:
    queue(
        compound_id=compound.pk,
        to=[post.person_id for post in posts_in(organisation_id, ["manager"], found.last_day)],
        template="handover.copy",
        context={"compound": compound.name, "number": found.pack.number},
        link="/handover/kept/",
        by=system_actor("copies", (compound.pk,)),
        now=now,
        key=f"handover.copy:{found.pack_id}:{organisation_id}",
    )
