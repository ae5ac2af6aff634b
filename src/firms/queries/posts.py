"""Posts of a body, as the people of a register see them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import Person
from firms.permissions import appoints
from firms.queries.bodies import Body
from parties.models import Post
from parties.queries import compounds_concerned
from tenancy.actor import Actor
from tenancy.models import Compound

NOW, COMING, PAST = "now", "coming", "past"


def posts(actor: Actor, body_id: int, when: str, on: date) -> QuerySet[Post]:
    """The body's posts of today, to come or over, with the person and the post that it was entered from.

    Readers outside the body see those that cover a compound of theirs. One statement when it is read.
    """
    rows = Post.objects.filter(organisation_id=body_id).select_related("person", "cross_from__organisation")
    if actor.organisation_id != body_id:
        seen = Q(only_compounds__isnull=True) | Q(only_compounds__overlap=list(actor.compound_ids))
        rows = rows.filter(seen | Q(only_compounds=[]))
    if when == PAST:
        return rows.filter(ends__lt=on).order_by("-ends", "-pk")
    rows = rows.exclude(ends__lt=on)
    if when == COMING:
        return rows.filter(starts__gt=on).order_by("starts", "pk")
    return rows.filter(starts__lte=on).order_by("role", "starts", "pk")


def post(actor: Actor, body_id: int, post_id: int, on: date) -> Post | None:
    """One post of the body that is not over, when the actor sees it. One statement."""
    for when in (NOW, COMING):
        found = posts(actor, body_id, when, on).select_related("organisation").filter(pk=post_id).first()
        if found is not None:
            return found
    return None


def may_touch(actor: Actor, body: Body, found: Post) -> bool:
    """Whether the actor may end a post: it may enter such a one, and the post covers nothing beyond the actor's own scope."""
    if found.role not in appoints(actor, body.party):
        return False
    if found.only_compounds is None:
        return may_cover_all(actor, body)
    return set(found.only_compounds) <= set(actor.compound_ids)


def may_cover_all(actor: Actor, body: Body) -> bool:
    """Whether the actor may enter a post that covers every compound of the body, today's and those to come.

    In a body of areas or of a term that is as far as its link goes. In a firm it may reach beyond the actor's own scope: only
    the city, where firms are registered, and a manager whose own post is as wide. One statement, for a manager.
    """
    if not body.is_firm or actor.party == "city":
        return True
    if actor.organisation_id != body.id:
        return False
    return Post.objects.filter(pk=actor.post_id or 0, only_compounds__isnull=True).exists()


def choices(actor: Actor, body: Body, on: date) -> list[int]:
    """The compounds to which a post in a body may be limited by the actor. One statement."""
    return compounds_concerned(body.id, actor.compound_ids, on)


def others_in_role(found: Post, on: date) -> int:
    """How many others hold the same role in the same body on a day. One statement."""
    rows = Post.objects.filter(organisation_id=found.organisation_id, role=found.role, starts__lte=on)
    return rows.exclude(ends__lt=on).exclude(person_id=found.person_id).exclude(only_compounds=[]).count()


def held_elsewhere(person: Person, body_id: int, reach: list[int], on: date) -> Post | None:
    """The oldest post that a person holds in another of these bodies on a day. One statement."""
    rows = Post.objects.filter(person=person, organisation_id__in=reach, starts__lte=on).exclude(ends__lt=on)
    return rows.exclude(organisation_id=body_id).order_by("starts", "pk").first()


def same_post(person_id: int, body_id: int, role: str, starts: date, ends: date | None) -> Post | None:
    """A post of the same role that the person holds in the body on any of these days. One statement."""
    rows = Post.objects.filter(person_id=person_id, organisation_id=body_id, role=role).exclude(ends__lt=starts)
    rows = rows.exclude(only_compounds=[])
    return (rows.filter(starts__lte=ends) if ends else rows).first()


@dataclass(frozen=True, slots=True)
class Place:
    """What a post covers in words: the names of compounds that the reader may know, and how many others."""

    names: tuple[str, ...]
    others: int
    whole: bool


def places(actor: Actor, rows: list[Post]) -> dict[int, Place]:
    """What each of these posts covers, for the reader. One statement at most."""
    ids = {pk for row in rows for pk in row.only_compounds or ()}
    known: dict[int, Any] = {}
    if ids:
        known = dict(Compound.objects.filter(pk__in=ids & set(actor.compound_ids)).values_list("pk", "name"))
    return {
        row.pk: Place(
            tuple(known[pk] for pk in row.only_compounds or () if pk in known),
            sum(pk not in known for pk in row.only_compounds or ()),
            row.only_compounds is None,
        )
        for row in rows
    }


def staff_choices(actor: Actor, body_id: int, on: date) -> list[tuple[int, str]]:
    """Who holds a post in the body today, as (person id, name), each once. One statement."""
    rows = posts(actor, body_id, NOW, on).order_by("person__name", "person_id")
    found = rows.values_list("person_id", "person__name", F("role")).distinct()
    return list({pk: name or "—" for pk, name, _role in found}.items())
