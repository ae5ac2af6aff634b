"""Writing: one draft for one compound or several of the post's, and changing it while it is one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from notices import richtext
from notices.actions.change import Change, begin, everyone_in, said
from notices.audience import Audience, unknown_places
from notices.models import Kind, Matter, Notice, Signature
from notices.permissions import may_write, speaks_for
from notices.refusals import BadInput, NotPermitted
from notices.rules import placeholders
from notices.rules.chain import side_of
from notices.rules.kinds import (
    MAX_COMPOUNDS,
    MAX_PLACES,
    MAX_SOURCE,
    MAX_TITLE,
    ROLES,
    refused_times,
)
from parties.models import Organisation
from parties.queries import Holder
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.queries import compounds
from tenancy.refs import new_ref


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes. ``source`` has the marks of ``notices.richtext``; ``sign_posts`` are ids of posts that must sign.

    ``pinned``: it stands on top of the board as soon as it is out.
    """

    kind: str
    title: str
    source: str
    matter: str = "general"
    audience: Audience = field(default_factory=Audience)
    publish_at: datetime | None = None
    expires_at: datetime | None = None
    public: bool = False
    pinned: bool = False
    sign_posts: tuple[int, ...] = ()


@transaction.atomic
def write(*, compound_ids: Sequence[int], draft: Draft, by: Actor, now: datetime) -> list[Notice]:
    """Make one draft in each of some compounds, in their order, under one campaign; each goes its own way from here.

    The places 小区, 发布单位 and 今天 of a template are filled in, each compound its own. Refused: NotPermitted (not_yours,
    not_covered); BadInput (no_compound, too_many, unknown_kind, unknown_matter, unknown_role, no_such_place, places_of_one,
    posts_of_one, no_such_post, empty, too_long, ends_in_past, ends_before_start).
    """
    wanted = list(dict.fromkeys(compound_ids))
    organisation = _speaking(wanted, by)
    _check(draft, now)
    if len(wanted) > 1 and (draft.audience.building_ids or draft.audience.entrance_ids):
        raise BadInput("places_of_one", field="places")
    if len(wanted) > 1 and draft.sign_posts:
        raise BadInput("posts_of_one", field="sign_posts")
    campaign = uuid.uuid4()
    found = {one.pk: one for one in compounds(wanted)}
    return [_write_one(found[pk], draft, campaign, organisation, by=by, now=now) for pk in wanted]


def _speaking(wanted: Sequence[int], by: Actor) -> Organisation:
    if not wanted:
        raise BadInput("no_compound", field="compounds")
    if len(wanted) > MAX_COMPOUNDS:
        raise BadInput("too_many", field="compounds", most=str(MAX_COMPOUNDS))
    if not may_write(by) or by.organisation_id is None:
        raise NotPermitted("not_yours")
    if not set(wanted) <= set(by.compound_ids):
        raise NotPermitted("not_covered")
    return Organisation.objects.get(pk=by.organisation_id)


def _write_one(
    compound: Compound, draft: Draft, campaign: uuid.UUID, organisation: Organisation, *, by: Actor, now: datetime
) -> Notice:
    if unknown_places(compound.pk, draft.audience):
        raise BadInput("no_such_place", field="places")
    title, source = _words(draft, compound, organisation.name, now)
    made = Notice(
        compound=compound,
        ref=new_ref(),
        campaign=campaign,
        organisation=organisation,
        side=side_of(by.party),
        speaker=organisation.name,
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
        created_at=now,
        updated_at=now,
        title=title,
        source=source,
        pinned_at=now if draft.pinned else None,
        **_settings(draft),
    )
    made.save()
    _ask_to_sign(made, draft.sign_posts, now)
    change = Change(notice=made, action="write", by=by, now=now, before="")
    change.changes = {"title": [None, made.title], "kind": [None, made.kind], "campaign": [None, str(campaign)]}
    return change.save()


@transaction.atomic
def revise(*, compound_id: int, ref: str, draft: Draft, by: Actor, now: datetime) -> Notice:
    """Change a draft. Refused as ``write``, and OutOfState (moved_on) for what is no draft any more."""
    change = begin(compound_id=compound_id, ref=ref, action="revise", by=by, now=now)
    if not speaks_for(by, change.notice):
        raise NotPermitted("not_yours")
    _check(draft, now)
    if unknown_places(compound_id, draft.audience):
        raise BadInput("no_such_place", field="places")
    found = change.notice
    title, source = _words(draft, found.compound, found.speaker, now)
    change.set(title=title, source=source, **_settings(draft))
    if (found.pinned_at is not None) != draft.pinned:
        change.set(pinned_at=now if draft.pinned else None)
    found.signatures.filter(signed_at__isnull=True).exclude(post_id__in=draft.sign_posts).delete()
    _ask_to_sign(found, draft.sign_posts, now)
    return change.save()


def _settings(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "matter": draft.matter,
        "roles": list(draft.audience.roles),
        "building_ids": sorted(draft.audience.building_ids),
        "entrance_ids": sorted(draft.audience.entrance_ids),
        "publish_at": draft.publish_at,
        "expires_at": draft.expires_at,
        "public": draft.public and draft.audience.is_everyone,
    }


def _words(draft: Draft, compound: Compound, speaker: str, now: datetime) -> tuple[str, str]:
    values = known_values(compound.name, speaker, localdate(now))
    return checked_words(placeholders.filled(draft.title, values), placeholders.filled(draft.source, values))


def known_values(compound: str, speaker: str, day: date) -> dict[str, str]:
    """What stands in the places that fill themselves in."""
    return dict(zip(placeholders.KNOWN, (compound, speaker, f"{day.year}年{day.month}月{day.day}日"), strict=True))


def checked_words(title: str, source: str) -> tuple[str, str]:
    """Title and text as they are kept; BadInput (empty, too_long) beside the field that is wrong."""
    head = said(title, "title", MAX_TITLE)
    if not head:
        raise BadInput("empty", field="title")
    text = source.replace("\x00", "").strip()
    if len(text) > MAX_SOURCE:
        raise BadInput("too_long", field="source", most=str(MAX_SOURCE))
    if not richtext.plain(richtext.rendered(text)):
        raise BadInput("empty", field="source")
    return head, text


def _check(draft: Draft, now: datetime) -> None:
    if draft.kind not in Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if draft.matter not in Matter.values:
        raise BadInput("unknown_matter", field="matter")
    if not set(draft.audience.roles) <= set(ROLES):
        raise BadInput("unknown_role", field="roles")
    if len(draft.audience.building_ids) + len(draft.audience.entrance_ids) > MAX_PLACES:
        raise BadInput("too_many", field="places", most=str(MAX_PLACES))
    wrong = refused_times(now=now, publish_at=draft.publish_at, expires_at=draft.expires_at)
    if wrong:
        raise BadInput(wrong, field="expires_at")


def _ask_to_sign(notice: Notice, wanted: Sequence[int], now: datetime) -> None:
    if not wanted:
        return
    here = {one.post_id: one for one in everyone_in(notice.compound_id, now)}
    if not set(wanted) <= set(here):
        raise BadInput("no_such_post", field="sign_posts")
    asked = set(notice.signatures.values_list("post_id", flat=True))
    Signature.objects.bulk_create(
        Signature(
            compound_id=notice.compound_id,
            notice=notice,
            post_id=pk,
            person_id=here[pk].person_id,
            label=signer_label(here[pk]),
            asked_at=now,
        )
        for pk in sorted(set(wanted) - asked)
    )


def signer_label(one: Holder) -> str:
    """A holder of a post as lists name them."""
    return f"{one.name} {one.organisation} {one.role_label}"[:160]
