"""What a request's page holds beside its panels: the conversation, the price, signatures, and the others who have it too."""

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from repairs import forms as given
from repairs.actions.quotes import agree, decline
from repairs.actions.remarks import remark
from repairs.actions.signatures import SIGNABLE, sign
from repairs.actions.together import join, leave
from repairs.models import HELD, Quote, QuoteLine, Remark, Request, Signature
from repairs.permissions import is_filer, is_joined, may, may_remark, oversees, was_merged
from repairs.queries import prices_of, remarks_of, signatures_of
from repairs.rules.money import yuan
from repairs.rules.periods import URGE_EVERY
from repairs.views.hands import Hand, as_given, nothing
from repairs.words import ACTIONS, said_by, without_numbers
from tenancy.actor import Actor
from tenancy.models import Compound


def _sign(*, name: str, by: Actor, **rest: Any) -> Signature:
    """Whoever draws need not type as well: their name is known."""
    return sign(name=name or by.person_name, by=by, **rest)


HANDS: dict[str, Hand] = {
    "join": Hand(given.JoinForm, join, lambda g: {"home_id": g["home"]}),
    "leave": Hand(given.NoForm, leave, nothing),
    "agree": Hand(
        given.AgreeForm,
        agree,
        lambda g: {"number": g["number"], "signature": g["signature"], "name": g["name"]},
        "primary",
    ),
    "decline": Hand(given.DeclineForm, decline, as_given),
    "sign": Hand(
        given.SignForm, _sign, lambda g: {"image": g["signature"], "role": g["role"], "name": g["name"]}, "primary"
    ),
    "remark": Hand(given.RemarkForm, remark, as_given),
}


def parts(
    found: Request, actor: Actor, compound: Compound, now: datetime, *, tried: str, form: forms.Form | None
) -> dict[str, Any]:
    """The context of these parts for whoever looks; what they may not read is empty. Four statements at most."""
    takes_part = may_remark(actor, found)
    quotes = prices_of(found) if takes_part else []
    signatures = signatures_of(actor, found)
    asked = next((quote for quote in quotes if quote.state == Quote.State.TOLD), None)
    decides = asked is not None and found.state in HELD and may(actor, "decide_quote", found)

    def blank(name: str, **initial: Any) -> forms.Form:
        if form is not None and tried == name:
            return form
        return HANDS[name].form(initial=initial, auto_id=f"{name}_%s")

    return {
        "remarks": [_remark(row, actor) for row in remarks_of(actor, found)],
        "talk_form": blank("remark") if takes_part else None,
        "quotes": [_quote(quote) for quote in quotes],
        "agree_form": blank("agree", number=asked.number) if decides and asked is not None else None,
        "decline_form": blank("decline", number=asked.number) if decides and asked is not None else None,
        "signatures": [_signature(row, compound) for row in signatures],
        "sign_form": blank("sign", role=Signature.Role.RESIDENT) if _may_sign(found, actor, signatures) else None,
        "merged_into": getattr(found, "parent_ref", None) or ""
        if is_filer(actor, found) and found.state == "merged"
        else "",
        # The last word on it has been said: whom to turn to now, and how to begin again.
        "upheld_for_filer": is_filer(actor, found) and found.state == "returned" and found.upheld_at is not None,
        "may_leave": may(actor, "leave", found),
        "follows": is_joined(actor, found),
        "kept_as_own": was_merged(actor, found),
        "leave_words": ACTIONS["leave"],
        "urged_until": _urged_until(found, actor, now),
        "tried": tried,
    }


def _may_sign(found: Request, actor: Actor, signatures: list[Signature]) -> bool:
    """Whether the filer is asked to sign for the work: once the worker is there, and once only."""
    signed = any(row.of == Signature.Of.WORK and row.role == Signature.Role.RESIDENT for row in signatures)
    on_the_spot = found.state in SIGNABLE and (found.state in {"working", "awaiting"} or found.arrived_at is not None)
    return on_the_spot and not signed and is_filer(actor, found)


def _urged_until(found: Request, actor: Actor, now: datetime) -> datetime | None:
    """From when one may press again, while one may not."""
    if found.urged_at is None or not found.is_open or not may(actor, "urge", found):
        return None
    again = found.urged_at + URGE_EVERY
    return again if now < again else None


def _remark(row: Remark, actor: Actor) -> dict[str, Any]:
    mine = row.person_id == actor.person_id and row.post_id == actor.post_id
    return {
        "text": without_numbers(row.text) if oversees(actor) else row.text,
        "who": said_by(row, viewer=actor.person_id),
        "party": row.party,
        "at": row.at,
        "mine": mine,
        "internal": row.visibility == Remark.Visibility.INTERNAL,
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "number": quote.number,
        "state": quote.state,
        "label": Quote.State(quote.state).label,
        "tone": {"told": "warn", "agreed": "good"}.get(quote.state, "neutral"),
        "total": yuan(quote.total_fen),
        "note": quote.note,
        "reason": quote.reason,
        "told_at": quote.told_at,
        "decided_at": quote.decided_at,
        "stands": quote.state in {Quote.State.TOLD, Quote.State.AGREED},
        "lines": [
            {
                "kind": QuoteLine.Kind(line.kind).label,
                "words": line.words,
                "quantity": line.quantity,
                "unit": yuan(line.unit_fen),
                "amount": yuan(line.amount_fen),
            }
            for line in quote.lines.all()
        ],
    }


def _signature(row: Signature, compound: Compound) -> dict[str, Any]:
    return {
        "of": Signature.Of(row.of).label,
        "role": Signature.Role(row.role).label,
        "name": row.name,
        "at": row.at,
        "url": reverse("documents:file", args=[compound.code, row.file.ref]),
    }
