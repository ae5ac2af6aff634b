"""Versions: cutting one from what is written, who must countersign it, and letting it out."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Max

from audit.actions import Also
from notices import hooks, richtext
from notices.actions.change import Change, everyone_in, present, signers, tell
from notices.models import ApprovalRule, Attachment, Notice, Reading, Step, Version
from notices.refusals import BadInput
from notices.rules import placeholders
from notices.rules.chain import Rule, sides_for
from notices.rules.kinds import URGENT
from webhooks.actions import emission

PUBLISHED = "notice.published"


def cut(change: Change, *, changed: str = "") -> Version:
    """Make the immutable version of what is written now. Refused: BadInput (placeholder_left)."""
    found = change.notice
    left = placeholders.found_in(found.title) + placeholders.found_in(found.source)
    if left:
        raise BadInput("placeholder_left", field="source", names="、".join(dict.fromkeys(left)))
    files = list(
        Attachment.objects.select_related("file")
        .filter(compound_id=found.compound_id, notice=found, dropped_at__isnull=True)
        .order_by("pk")
    )
    body = richtext.rendered(found.source)
    last = Version.objects.filter(compound_id=found.compound_id, notice=found).aggregate(last=Max("number"))["last"]
    made: Version = Version.objects.create(
        compound_id=found.compound_id,
        notice=found,
        number=(last or 0) + 1,
        title=found.title,
        source=found.source,
        body_html=body,
        body_text=richtext.plain(body),
        changed=changed,
        files=[one.pk for one in files],
        fingerprint=richtext.fingerprint(
            kind=found.kind, title=found.title, body_html=body, files=[one.file.sha256 for one in files]
        ),
        person_id=change.by.person_id,
        post_id=change.by.post_id,
        label=change.by.signature,
        at=change.now,
    )
    change.changes["version"] = [None, made.number]
    change.changes["fingerprint"] = [None, made.fingerprint]
    return made


def sides_of(notice: Notice, now: datetime) -> tuple[str, ...]:
    """Who must countersign this notice today, in order. Two statements."""
    own = [
        Rule(row.kind, row.matter, row.speaker, tuple(row.sides))
        for row in ApprovalRule.objects.filter(compound_id=notice.compound_id, ended_at__isnull=True)
    ]
    here = present(everyone_in(notice.compound_id, now))
    return sides_for(own, kind=notice.kind, matter=notice.matter, speaker=notice.side, present=here)


def ask(change: Change, version: Version, sides: tuple[str, ...], *, review: bool) -> None:
    """Write the steps of a version and tell whoever's turn it is; a review may be signed in any order, so all are told."""
    Step.objects.bulk_create(
        Step(
            compound_id=version.compound_id, version=version, position=position, side=side, review=review
        )
        for position, side in enumerate(sides)
    )  # fmt: skip
    for side in sides if review else sides[:1]:
        call(change, side, review=review)


def call(change: Change, side: str, *, review: bool = False) -> None:
    """Tell the signers of a side that it is their turn."""
    found = change.notice
    tell(
        found,
        signers(everyone_in(found.compound_id, change.now), side),
        "notices.review" if review else "notices.your_turn",
        by=change.by,
        now=change.now,
        urgent=review,
        key=f"notices.turn:{found.pk}:{side}:{change.now.isoformat()}",
        **({} if review else {"kind": str(found.get_kind_display())}),
    )


def let_out(change: Change, version: Version) -> Also:
    """Make a version the public text: the notice's first, or one that replaces another. Returns what the entry also does."""
    found, now = change.notice, change.now
    first = found.current_id is None
    editions = Version.objects.filter(compound_id=found.compound_id, notice=found).aggregate(last=Max("edition"))
    version.edition, version.published_at = (editions["last"] or 0) + 1, now
    version.save(update_fields=["edition", "published_at"])
    change.set(current=version, proposed=None, title=version.title, source=version.source)
    if first:
        change.set(published_at=now, pinned_at=now if found.pinned_at else None)
        _ask_signers(change)
        transaction.on_commit(partial(_tell_later, found.compound_id), robust=True)
    else:
        _tell_readers(change, version)
    hooks.published(found, version, now)
    return emission(
        compound_id=found.compound_id,
        event=PUBLISHED,
        payload={
            "ref": found.ref,
            "number": str(version.edition),
            "state": "published",
            "category": found.kind,
            "urgent": found.kind == URGENT,
            "at": now.isoformat(),
        },
        now=now,
    )


def _ask_signers(change: Change) -> None:
    """Whoever must sign for it is told when it is out."""
    found = change.notice
    tell(
        found,
        found.signatures.filter(signed_at__isnull=True).values_list("person_id", flat=True),
        "notices.to_sign",
        by=change.by,
        now=change.now,
    )


def _tell_readers(change: Change, version: Version) -> None:
    """Whoever read an older edition hears of the correction; whoever did not will read the new one anyway."""
    found = change.notice
    readers = Reading.objects.filter(compound_id=found.compound_id, notice=found)
    tell(
        found,
        readers.values_list("person_id", flat=True),
        "notices.corrected",
        by=change.by,
        now=change.now,
        changed=version.changed,
    )


def _tell_later(compound_id: int) -> None:
    from notices.tasks import tell_in

    tell_in.delay(compound_id=compound_id)


def void_steps(version: Version) -> None:
    """Nobody needs to sign this version any more."""
    Step.objects.filter(compound_id=version.compound_id, version=version, answer="open").update(answer="void")


def refuse_version(version: Version, now: datetime) -> None:
    """A version that will never be public."""
    void_steps(version)
    Version.objects.filter(compound_id=version.compound_id, pk=version.pk).update(refused_at=now)


def open_steps(version: Version) -> list[Step]:
    """The steps that nobody has answered, in order."""
    return list(
        Step.objects.filter(compound_id=version.compound_id, version=version, answer="open").order_by(F("position"))
    )
