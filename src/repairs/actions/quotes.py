"""Paid repairs (有偿维修): the price is told and agreed before the work goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate

from parties.queries import holders
from repairs.actions.change import Change, lock
from repairs.actions.signatures import keep_signature
from repairs.models import HELD, Quote, QuoteLine, Request, Signature, State
from repairs.permissions import is_assigned, may, without_account
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules import money
from tenancy.actor import Actor


@transaction.atomic
def tell_price(
    *, compound_id: int, ref: str, lines: Sequence[money.Line], note: str, by: Actor, now: datetime
) -> Quote:
    """Tell the price of a paid repair, in lines of parts and labour; a new price takes the place of an earlier one.

    Refused with BadInput: no_lines, too_many_lines, line_kind, line_words, line_quantity, line_price, total (field lines).
    """
    wrong = money.refused(lines)
    if wrong:
        raise BadInput(wrong, field="lines")
    request = lock(compound_id=compound_id, ref=ref, by=by)
    if not may(by, "quote", request):
        raise NotPermitted("not_yours")
    if request.state not in HELD or request.state == State.SUBMITTED:
        raise OutOfState("moved_on", state=request.get_state_display())
    earlier = list(Quote.objects.filter(compound_id=compound_id, request=request).order_by("number"))
    for quote in earlier:
        if quote.state in {Quote.State.TOLD, Quote.State.AGREED}:
            quote.state = Quote.State.REPLACED
            quote.save()
    made: Quote = Quote.objects.create(
        compound_id=compound_id,
        request=request,
        number=len(earlier) + 1,
        total_fen=money.total(lines),
        note=note.strip()[:200],
        told_at=now,
        told_by=by.person_id,
        told_as=_label(by),
    )
    QuoteLine.objects.bulk_create(
        [
            QuoteLine(
                compound_id=compound_id,
                quote=made,
                kind=line.kind,
                words=line.words.strip(),
                quantity=line.quantity,
                unit_fen=line.unit_fen,
                amount_fen=line.amount_fen,
            )
            for line in lines
        ]
    )
    total = money.yuan(made.total_fen)
    change = Change(request=request, action="price", by=by, now=now, before=request.state, note=total)
    change.changes["price"] = [earlier[-1].total_fen if earlier else None, made.total_fen]
    change.save()
    change.tell(request.askers, "repairs.priced", total=total)
    return made


@transaction.atomic
def agree(
    *,
    compound_id: int,
    ref: str,
    number: int,
    by: Actor,
    now: datetime,
    signature: UploadedFile[Any] | None = None,
    name: str = "",
) -> Quote:
    """Agree to a price. The filer does; for a person without an account the worker may, with that person's signature.

    Refused with OutOfState (price_gone: another price stands now, or it is decided) or BadInput (signature_needed).
    """
    request, quote = _asked(compound_id, ref, number, by)
    mine = may(by, "decide_quote", request)
    if not mine:
        if not (is_assigned(by, request) and without_account(request)):
            raise NotPermitted("not_yours")
        if signature is None:
            raise BadInput("signature_needed", field="signature")
    if signature is not None:
        keep_signature(
            request,
            image=signature,
            of=Signature.Of.QUOTE,
            role=Signature.Role.RESIDENT,
            name=name or request.for_name or by.person_name,
            quote=quote,
            by=by,
            now=now,
        )
    return _decide(request, quote, Quote.State.AGREED, by, now)


@transaction.atomic
def decline(*, compound_id: int, ref: str, number: int, reason: str, by: Actor, now: datetime) -> Quote:
    """Decline a price; why is welcome, not required. The firm hears of it at once."""
    request, quote = _asked(compound_id, ref, number, by)
    if not may(by, "decide_quote", request):
        raise NotPermitted("not_yours")
    return _decide(request, quote, Quote.State.DECLINED, by, now, reason=reason.strip()[:200])


def refuse_while_price_waits(request: Request) -> None:
    """The work does not go on while a price that was told is neither agreed nor declined. One statement."""
    if Quote.objects.filter(compound_id=request.compound_id, request_id=request.pk, state=Quote.State.TOLD).exists():
        raise OutOfState("price_open", state=request.get_state_display())


def _asked(compound_id: int, ref: str, number: int, by: Actor) -> tuple[Request, Quote]:
    request = lock(compound_id=compound_id, ref=ref, by=by)
    quote: Quote | None = Quote.objects.filter(compound_id=compound_id, request=request, number=number).first()
    if quote is None or quote.state != Quote.State.TOLD:
        raise OutOfState("price_gone", state=request.get_state_display())
    if request.state not in HELD:
        raise OutOfState("moved_on", state=request.get_state_display())
    return request, quote


def _decide(request: Request, quote: Quote, state: str, by: Actor, now: datetime, *, reason: str = "") -> Quote:
    quote.state, quote.reason = state, reason
    quote.decided_at, quote.decided_by, quote.decided_as = now, by.person_id, _label(by)
    quote.save()
    agreed = state == Quote.State.AGREED
    total = money.yuan(quote.total_fen)
    action = "price_agreed" if agreed else "price_declined"
    change = Change(request=request, action=action, by=by, now=now, before=request.state)
    change.note = " ".join(part for part in (total, reason) if part)
    change.changes["price"] = [Quote.State.TOLD.value, state]
    change.save()
    desk = [
        h.person_id
        for h in holders(request.compound_id, localdate(now))
        if h.party == "company" and h.role in {"manager", "dispatcher"}
    ]
    template = "repairs.price_agreed" if agreed else "repairs.price_declined"
    change.tell([request.worker_id or 0, quote.told_by, *desk], template, total=total)
    return quote


def _label(by: Actor) -> str:
    return f"{by.person_name} {by.label}".strip()[:160]
