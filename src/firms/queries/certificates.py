"""Certificates, always with open books."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from firms.models import Certificate
from firms.rules import STEPS
from firms.wall import books, open_books
from parties.models import Contract, Post
from tenancy.actor import Actor


def certificates(organisation_id: int) -> QuerySet[Certificate]:
    """Everything in the books of a body that is not withdrawn: what runs out first, first. One statement when it is read."""
    rows = Certificate.objects.filter(organisation_id=organisation_id, withdrawn_at__isnull=True)
    return rows.select_related("person").order_by(F("expires").asc(nulls_last=True), "kind", "pk")


def withdrawn(organisation_id: int) -> QuerySet[Certificate]:
    """What was withdrawn or replaced, the newest first."""
    rows = Certificate.objects.filter(organisation_id=organisation_id, withdrawn_at__isnull=False)
    return rows.select_related("person").order_by("-withdrawn_at", "-pk")


def for_readers(actor: Actor, rows: QuerySet[Certificate], organisation_id: int, on: date) -> QuerySet[Certificate]:
    """Of people's certificates, a reader outside the body sees those of people whose posts cover a compound of theirs."""
    if actor.organisation_id == organisation_id:
        return rows
    people = Post.objects.filter(organisation_id=organisation_id, starts__lte=on).exclude(ends__lt=on)
    here = people.filter(Q(only_compounds__isnull=True) | Q(only_compounds__overlap=list(actor.compound_ids)))
    return rows.filter(Q(person__isnull=True) | Q(person_id__in=here.values("person_id")))


def certificate(organisation_id: int, certificate_id: int) -> Certificate | None:
    """One certificate of the open books. One statement."""
    rows = Certificate.objects.filter(organisation_id=organisation_id, pk=certificate_id)
    return rows.select_related("person", "organisation").first()


def bodies_of(person_id: int) -> list[int]:
    """The bodies in which a person holds or held a post: whose books may hold their certificates. One statement."""
    rows = Post.objects.filter(person_id=person_id).values_list("organisation_id", flat=True)
    return list(rows.order_by("organisation_id").distinct())


def own_certificates(person_id: int) -> list[Certificate]:
    """Every certificate of a person, in whichever books, newest first. Opens them: four statements."""
    with books(bodies_of(person_id)):
        rows = Certificate.objects.filter(person_id=person_id).select_related("organisation")
        return list(rows.order_by("-entered_at", "-pk"))


def own_certificate(person_id: int, certificate_id: int) -> Certificate | None:
    """One certificate of the person themselves. Opens the books of their bodies."""
    with books(bodies_of(person_id)):
        return Certificate.objects.filter(person_id=person_id, pk=certificate_id).first()


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate that a person holds on a day."""

    person_id: int
    number: str
    grade: str
    expires: date | None


def certified(person_ids: Iterable[int], kind: str, on: date) -> dict[int, Certified]:
    """Who of these people holds a valid certificate of a kind on a day, and which: the one that lasts longest.

    Looks into the books of the firms under contract on that day in the open scope, and of no others. Four statements.
    """
    firms = Contract.objects.filter(starts__lte=on).exclude(ends__lt=on).values_list("company_id", flat=True)
    with books(list(firms.order_by("company_id").distinct())):
        rows = Certificate.objects.filter(person_id__in=list(person_ids), kind=kind, withdrawn_at__isnull=True)
        rows = rows.exclude(starts__gt=on).exclude(expires__lt=on).order_by(F("expires").asc(nulls_last=True), "pk")
        # The last one written wins: the latest day, or none at all.
        return {
            row.person_id: Certified(row.person_id, row.number, row.grade, row.expires)
            for row in rows
            if row.person_id is not None
        }


def running_out(organisation_id: int, on: date) -> list[Certificate]:
    """What has run out or will within the longest step, of people who still hold a post there, and the body's own."""
    there = Post.objects.filter(organisation_id=organisation_id, starts__lte=on).exclude(ends__lt=on)
    rows = certificates(organisation_id).filter(expires__lte=on + timedelta(days=max(STEPS)))
    return list(rows.filter(Q(person__isnull=True) | Q(person_id__in=there.values("person_id"))))


def note_reminder(*, organisation_id: int, certificate_id: int, person_id: int, step: int, now: datetime) -> bool:
    """Write down that a person is told of a step; False when they were told already. One statement.

    Two sweeps at once meet at the unique key: the second waits for the first and then writes nothing.
    """
    if organisation_id not in open_books():
        raise ValueError("The books are closed.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO firms_reminder (organisation_id, certificate_id, person_id, step, at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (organisation_id, certificate_id, person_id, step) DO NOTHING",
            [organisation_id, certificate_id, person_id, step, now],
        )
        return bool(cursor.rowcount)


def compounds_with_firms(on: date) -> list[int]:
    """The compounds of the open scope that a firm serves on a day. One statement, for the sweep."""
    rows = Contract.objects.filter(starts__lte=on).exclude(ends__lt=on).order_by("compound_id")
    return list(rows.values_list("compound_id", flat=True).distinct())


def copies_known(paths: Sequence[str]) -> set[str]:
    """Which of these files in the store a certificate of the open books knows. One statement."""
    return set(Certificate.objects.filter(copy_path__in=list(paths)).values_list("copy_path", flat=True))
