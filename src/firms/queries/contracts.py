"""Contracts of a firm within the open scope."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from documents.models import StoredFile
from documents.queries import files_of
from firms.permissions import may_read, may_register
from parties.models import Contract
from tenancy.actor import Actor

PURPOSE = "firms.contract"


def target_of(contract_id: int) -> str:
    """What a stored copy names as its owner."""
    return f"parties.contract:{contract_id}"


def _readable(actor: Actor, on: date) -> QuerySet[Contract]:
    """The contracts that a post may read: a firm its own, offices all of their scope, others those that are not over."""
    rows: QuerySet[Contract] = Contract.objects.filter(compound_id__in=actor.compound_ids)
    if actor.party == "company":
        return rows.filter(company_id=actor.organisation_id)
    return rows if may_register(actor) else rows.exclude(ends__lt=on)


def contracts(actor: Actor, firm_id: int, on: date) -> list[Contract]:
    """The firm's contracts that the actor may read, with their compounds, newest first. One statement."""
    rows = _readable(actor, on).filter(company_id=firm_id).select_related("compound")
    return list(rows.order_by("-starts", "-pk"))


def contract(actor: Actor, compound_id: int, contract_id: int, on: date) -> Contract | None:
    """One contract with firm and compound, when the actor may read it. One statement."""
    rows = _readable(actor, on).filter(compound_id=compound_id, pk=contract_id)
    found: Contract | None = rows.select_related("company", "compound").first() if may_read(actor) else None
    return found


def copies(compound_id: int, contract_id: int) -> list[StoredFile]:
    """The stored copies of a contract, oldest first. One statement."""
    target = target_of(contract_id)
    return files_of(compound_id, [target], purpose=PURPOSE)[target]


def may_read_copy(actor: Actor, file: StoredFile) -> bool:
    """Who reads the copy: whoever reads the contract."""
    from django.utils.timezone import localdate

    _, _, number = file.target.rpartition(":")
    return number.isdigit() and contract(actor, file.compound_id, int(number), localdate()) is not None


def over_days(compound_id: int, starts: date, ends: date | None) -> Contract | None:
    """The contract of whichever firm that touches these days in a compound, for the words of a refusal. One statement."""
    rows = Contract.objects.filter(compound_id=compound_id).exclude(ends__lt=starts).select_related("company")
    found: Contract | None = (rows.filter(starts__lte=ends) if ends else rows).order_by("starts").first()
    return found


def names_of(rows: Sequence[Contract]) -> list[tuple[int, str]]:
    """The compounds of contracts, each once, in their order."""
    return list({row.compound_id: row.compound.name for row in rows}.items())
