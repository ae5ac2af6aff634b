"""The printed sheets: the handover with its lists and signatures (交接书), and the list of open requests (移交清单)."""

from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from documents.actions import TargetGone
from documents.queries import picture_data_uri
from handover.cases import incident_row
from handover.models import Handover, Item, Kind, Role, Signature, Verdict
from handover.permissions import may_print_cases, may_see, needed
from handover.queries import by_number, items, open_cases, signatures
from handover.rules.law import ARTICLES
from handover.rules.lists import DISPUTED, MISSING, fours
from parties.queries import contract_of
from repairs.models import Category, Request
from repairs.models import State as CaseState
from repairs.queries import open_incidents
from repairs.rules.money import yuan
from tenancy.actor import Actor
from tenancy.queries import compounds

PACK = "handover.pack"
PACK_TITLE = "物业交接书"
PACK_TEMPLATE = "handover/pack.html"
CASES = "handover.cases"
CASES_TITLE = "未办结报修移交清单"
CASES_TEMPLATE = "handover/cases_sheet.html"
# The columns of each annex beside number and title.
COLUMNS = {
    Kind.CASE: (("detail", "内容"), ("place", "位置"), ("condition", "状态"), ("due", "承诺期限")),
    Kind.KEY: (("quantity", "数量"), ("place", "位置")),
    Kind.DEVICE: (("place", "位置"), ("quantity", "数量"), ("detail", "规格编号"), ("condition", "状况")),
    Kind.PAPER: (("detail", "说明"), ("quantity", "份数")),
    Kind.MONEY: (("amount", "金额（元）"), ("detail", "说明")),
    Kind.PEOPLE: (("detail", "岗位"),),
}


def may_print(actor: Actor, target: str) -> bool:
    """Whoever sees the handover. One statement."""
    found = _found(target, "handover.handover")
    return found is not None and may_see(actor, found)


def may_print_list(actor: Actor, target: str) -> bool:
    """The desk of the firm under contract, the committee and the community, of a compound that they cover."""
    name, _colon, key = target.partition(":")
    return (
        name == "tenancy.compound" and key.isascii() and key.isdigit() and int(key) in actor.compound_ids
    ) and may_print_cases(actor)


def cases_target(compound_id: int) -> str:
    """How a list of open requests names the compound that it is about."""
    return f"tenancy.compound:{compound_id}"


def pack_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the signed sheet shows: parties, days, articles, each list with its counts, disputes apart, signatures."""
    found = _found(target, "handover.handover")
    if found is None or found.compound_id != compound_id:
        raise TargetGone
    rows = list(items(found))
    given = signatures(found)
    return {
        "handover": found,
        "articles": ARTICLES,
        "annexes": [_annex(number, kind, rows) for number, kind in enumerate(Kind, start=1)],
        "disputed": [_row(item) for item in rows if item.verdict in {MISSING, DISPUTED}],
        "signed": [_signed(role, given.get(role)) for role in (*needed(found), Role.COMMUNITY)],
        "fingerprint": fours(found.fingerprint),
        "frozen_at": found.frozen_at,
    }


def cases_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the list of open requests shows, as they stand when it is made."""
    if target != cases_target(compound_id):
        raise TargetGone
    now = timezone.now()
    contract = contract_of(compound_id, localdate(now))
    cases = open_cases(compound_id)
    return {
        "compound_name": compounds([compound_id])[0].name,
        "contract": contract,
        "at": localtime(now),
        "cases": [_case(case) for case in cases],
        "incidents": [incident_row(one) for one in open_incidents(compound_id=compound_id)],
        "late": sum(case.due_at is not None and case.due_at < now for case in cases),
        "signatures": [_("原物业"), _("新物业"), _("业主委员会")],
    }


def _annex(number: int, kind: Kind, rows: list[Item]) -> dict[str, Any]:
    own = [item for item in rows if item.kind == kind]
    counts = {verdict: sum(item.verdict == verdict for item in own) for verdict in Verdict.values}
    return {
        "number": number,
        "label": kind.label,
        "kind": kind.value,
        "heads": [head for _field, head in COLUMNS[kind]],
        "rows": [_row(item) for item in own],
        "total": len(own),
        "counts": counts,
        "quantity": sum(item.quantity or 0 for item in own) if kind == Kind.KEY else None,
        "sum": yuan(sum(item.amount_fen or 0 for item in own)) if kind == Kind.MONEY else None,
    }


def _row(item: Item) -> dict[str, Any]:
    shown = {
        "detail": item.detail,
        "place": item.place,
        "condition": item.condition,
        "quantity": "" if item.quantity is None else str(item.quantity),
        "amount": "" if item.amount_fen is None else yuan(item.amount_fen),
        "due": f"{localtime(item.due_at):%Y-%m-%d %H:%M}" if item.due_at is not None else "",
    }
    return {
        "kind": str(Kind(item.kind).label),
        "title": item.title,
        "cells": [shown[field] for field, _head in COLUMNS[Kind(item.kind)]],
        "verdict": str(Verdict(item.verdict).label),
        "note": item.note,
    }


def _signed(role: str, found: Signature | None) -> dict[str, Any]:
    return {
        "role": str(Role(role).label),
        "found": found,
        "picture": picture_data_uri(found.file) if found is not None and found.file is not None else "",
        "at": localtime(found.at) if found is not None else None,
    }


def _case(case: Request) -> dict[str, Any]:
    due = case.due_at or case.paused_due_at
    agreed = next((quote for quote in getattr(case, "standing_quotes", ()) if quote.state == "agreed"), None)
    return {
        "number": case.number,
        "category": str(Category(case.category).label),
        "urgent": case.urgent,
        "place": case.place_text,
        "words": case.words,
        "state": str(CaseState(case.state).label),
        "worker": case.worker.name if case.worker is not None else "",
        "since": localtime(case.created_at),
        "due": localtime(due) if due is not None else None,
        "price": yuan(agreed.total_fen) if agreed is not None else "",
    }


def _found(target: str, kind: str) -> Handover | None:
    name, _colon, key = target.partition(":")
    if name != kind or not key.isascii() or not key.isdigit():
        return None
    return by_number(int(key))
