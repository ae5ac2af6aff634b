"""Changes to organisations, contracts, terms and posts. Each is dated and says on what basis."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import Person
from audit.actions import record
from live.actions import revoke as close_sockets
from parties.models import Contract, Jurisdiction, Organisation, Post, Term
from parties.queries import compounds_concerned, organisation_level
from parties.rules import Verdict, may_hold, may_link, party_of
from tenancy.actor import Actor
from tenancy.models import Area, Compound


class PartyRefused(Exception):
    """A change to the parties that the rules do not allow; ``code`` is the reason code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def register_organisation(*, kind: str, name: str, phone: str = "", credit_code: str = "") -> Organisation:
    """Register a body; the same name again returns it unchanged. It has no rights until it is linked.

    Refused: ``name_taken`` (by a body of another kind), ``code_taken`` (the credit code is another body's).
    """
    try:
        with transaction.atomic():
            organisation, _ = Organisation.objects.get_or_create(
                name=name, defaults={"kind": kind, "phone": phone, "credit_code": credit_code}
            )
    except IntegrityError as error:
        raise PartyRefused("code_taken") from error
    if organisation.kind != kind:
        raise PartyRefused("name_taken")
    return organisation


@transaction.atomic
def amend_organisation(*, organisation: Organisation, name: str, phone: str, credit_code: str) -> dict[str, list[str]]:
    """Change how a body is called and reached; returns ``{field: [from, to]}`` of what is different, for the entry.

    Refused: ``name_taken``, ``code_taken`` (another body has it).
    """
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    wanted = {"name": name, "phone": phone, "credit_code": credit_code}
    changes = {key: [getattr(locked, key), value] for key, value in wanted.items() if getattr(locked, key) != value}
    for key, value in wanted.items():
        setattr(locked, key, value)
    _save(locked)
    return changes


def _save(organisation: Organisation) -> None:
    """Write a body; what the table's own constraints refuse is said by name."""
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise PartyRefused("code_taken" if "organisation_credit_code" in str(error) else "name_taken") from error


@transaction.atomic
def assign_area(*, organisation: Organisation, area: Area, starts: date, ends: date | None = None) -> Jurisdiction:
    """Link a body of the administration to the area that it answers for."""
    _must(may_link(organisation.kind, "area"))
    return Jurisdiction.objects.create(organisation=organisation, area=area, starts=starts, ends=ends)


@transaction.atomic
def sign_contract(
    *,
    compound: Compound,
    company: Organisation,
    starts: date,
    ends: date | None,
    basis: str,
    number: str = "",
    by: Actor,
    now: datetime,
) -> Contract:
    """Record a service contract. Refused (``overlaps``) when another firm serves the compound on any of the days."""
    _must(may_link(company.kind, "contract"))
    with _one_at_a_time(starts, ends):
        contract: Contract = Contract.objects.create(
            compound=compound, company=company, starts=starts, ends=ends, basis=basis, number=number
        )
    record(
        by=by,
        compound_id=compound.pk,
        verb="parties.sign_contract",
        target=f"parties.contract:{contract.pk}",
        changes={
            "company": [None, company.name],
            "starts": [None, str(starts)],
            "ends": [None, str(ends) if ends else None],
        },
        now=now,
    )
    return contract


@transaction.atomic
def end_contract(*, contract: Contract, ends: date, basis: str, by: Actor, now: datetime) -> Contract:
    """End a contract on a day (the last of service). The firm's sight of the compound ends with that day."""
    locked: Contract = Contract.objects.select_for_update(no_key=True).get(
        compound_id=contract.compound_id, pk=contract.pk
    )
    if ends < locked.starts:
        raise PartyRefused("ends_before_start")
    before, locked.ends = locked.ends, ends
    locked.save(update_fields=["ends"])
    record(
        by=by,
        compound_id=locked.compound_id,
        verb="parties.end_contract",
        target=f"parties.contract:{locked.pk}",
        changes={"ends": [str(before) if before else None, str(ends)], "basis": [None, basis]},
        now=now,
    )
    return locked


@transaction.atomic
def begin_term(
    *,
    compound: Compound,
    committee: Organisation,
    number: int,
    starts: date,
    ends: date | None,
    basis: str,
    by: Actor,
    now: datetime,
) -> Term:
    """Record a committee's or preparatory group's term in a compound."""
    _must(may_link(committee.kind, "term"))
    with _one_at_a_time(starts, ends):
        term: Term = Term.objects.create(
            compound=compound, committee=committee, number=number, starts=starts, ends=ends, basis=basis
        )
    record(
        by=by,
        compound_id=compound.pk,
        verb="parties.begin_term",
        target=f"parties.term:{term.pk}",
        changes={"committee": [None, committee.name], "number": [None, number]},
        now=now,
    )
    return term


@transaction.atomic
def end_term(*, term: Term, ends: date, basis: str, by: Actor, now: datetime) -> Term:
    """End a term on a day, its last. Refused: ``ends_before_start``; posts of the body end by their own days."""
    locked: Term = Term.objects.select_for_update(of=("self",), no_key=True).get(
        compound_id=term.compound_id, pk=term.pk
    )
    if ends < locked.starts:
        raise PartyRefused("ends_before_start")
    before, locked.ends = locked.ends, ends
    locked.save(update_fields=["ends"])
    record(
        by=by,
        compound_id=locked.compound_id,
        verb="parties.end_term",
        target=f"parties.term:{locked.pk}",
        changes={"ends": [str(before) if before else None, str(ends)], "basis": [None, basis]},
        now=now,
    )
    return locked


@transaction.atomic
def appoint(
    *,
    person: Person,
    organisation: Organisation,
    role: str,
    starts: date,
    basis: str,
    by: Actor,
    now: datetime,
    ends: date | None = None,
    only_compounds: Iterable[int] | None = None,
    cross_from: Post | None = None,
) -> Post:
    """Give a person a post. A cross-appointment (交叉任职) names the post, in another party, that it was entered from."""
    party = party_of(organisation.kind, organisation_level(organisation.pk))
    _must(may_hold(party, role))
    if cross_from is not None:
        if cross_from.person_id != person.pk:
            raise PartyRefused("cross_from_other_person")
        if cross_from.organisation_id == organisation.pk:
            raise PartyRefused("cross_within_organisation")
    if ends is not None and ends < starts:
        raise PartyRefused("ends_before_start")
    post = Post.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        starts=starts,
        ends=ends,
        basis=basis,
        only_compounds=sorted(set(only_compounds)) if only_compounds is not None else None,
        cross_from=cross_from,
    )
    _record_post(post, verb="parties.appoint", changes={"role": [None, role], "basis": [None, basis]}, by=by, now=now)
    return post


@transaction.atomic
def end_post(*, post: Post, ends: date, basis: str, by: Actor, now: datetime) -> Post:
    """End a post on a day, the last on which it gives rights."""
    locked = Post.objects.select_for_update(no_key=True).select_related("organisation", "person").get(pk=post.pk)
    if ends < locked.starts:
        raise PartyRefused("ends_before_start")
    before, locked.ends = locked.ends, ends
    locked.save(update_fields=["ends"])
    changes: dict[str, list[object]] = {"ends": [str(before) if before else None, str(ends)], "basis": [None, basis]}
    _record_post(locked, verb="parties.end_post", changes=changes, by=by, now=now)
    close_sockets(person_id=locked.person_id)  # who has other rights left is let in again
    return locked


@transaction.atomic
def void_post(*, post: Post, basis: str, by: Actor, now: datetime) -> Post:
    """Take back a post that was entered by mistake, on its first day or before: at once it covers no compound.

    The row stays, with its first day as its last. Refused (``begun``) from the second day on: what was, was.
    """
    locked = Post.objects.select_for_update(no_key=True).select_related("organisation", "person").get(pk=post.pk)
    if locked.starts < localdate(now):
        raise PartyRefused("begun")
    before = locked.ends
    locked.ends, locked.only_compounds = locked.starts, []
    locked.save(update_fields=["ends", "only_compounds"])
    changes: dict[str, list[object]] = {
        "ends": [str(before) if before else None, str(locked.ends)],
        "covers": ["compounds", "nothing"],
        "basis": [None, basis],
    }
    _record_post(locked, verb="parties.void_post", changes=changes, by=by, now=now)
    close_sockets(person_id=locked.person_id)
    return locked


def record_about(
    organisation_id: int, *, verb: str, target: str, changes: Mapping[str, Any], by: Actor, now: datetime
) -> None:
    """An entry about a body, in the chain of each compound of the acting scope that it serves or answers for.

    A body that is linked to none of them yet leaves its entry in the first chain of the scope. In the order of ids, so that
    two writers never wait for each other.
    """
    concerned = compounds_concerned(organisation_id, by.compound_ids, localdate(now)) or sorted(by.compound_ids)[:1]
    for compound_id in concerned:
        record(by=by, compound_id=compound_id, verb=verb, target=target, changes=changes, now=now)


def _record_post(post: Post, *, verb: str, changes: dict[str, list[object]], by: Actor, now: datetime) -> None:
    whole = {"person": [None, post.person_id], "organisation": [None, post.organisation.name], **changes}
    record_about(post.organisation_id, verb=verb, target=f"parties.post:{post.pk}", changes=whole, by=by, now=now)


@contextmanager
def _one_at_a_time(starts: date, ends: date | None) -> Iterator[None]:
    """Say what the table's own constraints refuse: days that end before they start, or that another's overlap."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise PartyRefused("ends_before_start" if ends and ends < starts else "overlaps") from error


def _must(verdict: Verdict) -> None:
    if not verdict.ok:
        raise PartyRefused(verdict.reason)
