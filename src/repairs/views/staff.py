"""What a request's page holds for staff and the community: pauses and endings, prices, signatures, remarks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from repairs import listings
from repairs import staff_forms as given
from repairs.actions.dispatch import force_close, return_
from repairs.actions.pauses import pause, resume
from repairs.actions.quotes import tell_price
from repairs.actions.remarks import remark
from repairs.actions.returns import deny, uphold
from repairs.actions.signatures import SIGNABLE, sign
from repairs.actions.together import merge, tie
from repairs.actions.work import arrive, finish
from repairs.forms import AgreeForm, NoForm, SignForm
from repairs.models import HELD, Quote, Request, Signature
from repairs.permissions import is_assigned, may, may_remark, reads_internal, without_account
from repairs.queries import replies_for
from repairs.rules.replies import Reply
from repairs.views.hands import Hand, as_given, nothing
from tenancy.actor import Actor


def _sign(*, name: str, role: str, by: Actor, **rest: Any) -> Signature:
    """Whoever draws for themselves need not type as well; for another's signature the name is asked."""
    own = role == (Signature.Role.RESIDENT if by.party == "resident" else Signature.Role.WORKER)
    return sign(name=name or (by.person_name if own else ""), role=role, by=by, **rest)


# They stand among the panels of the page.
HANDS: dict[str, Hand] = {
    "arrive": Hand(NoForm, arrive, nothing),
    "resume": Hand(NoForm, resume, nothing, "primary"),
    "finish": Hand(given.StaffFinishForm, finish, as_given, "primary"),
    "pause": Hand(given.PauseForm, pause, as_given),
    "uphold": Hand(given.UpholdForm, uphold, as_given, "primary"),
    "deny": Hand(given.DenyForm, deny, as_given),
    "return": Hand(given.StaffReturnForm, return_, as_given, "danger"),
    "merge": Hand(given.MergeForm, merge, as_given),
    "tie": Hand(given.TieForm, tie, as_given),
    "force_close": Hand(given.ForceCloseForm, force_close, as_given, "danger"),
}
# They have a place of their own beside the panels.
BESIDE: dict[str, Hand] = {
    "quote": Hand(given.PriceForm, tell_price, lambda g: {"lines": g["lines"], "note": g["note"]}),
    "sign": Hand(SignForm, _sign, lambda g: {"image": g["signature"], "role": g["role"], "name": g["name"]}, "primary"),
    "remark": Hand(given.StaffRemarkForm, remark, as_given),
}
_CHOOSING = {"merge", "tie"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms of staff are filled from: ready sentences by step, and the other open requests."""

    replies: dict[str, list[Reply]]
    others: list[listings.Other]


def choices(found: Request, actor: Actor, offered: Iterable[str]) -> Choices:
    """Read what the offered steps choose from. Two statements for the desk, one for a worker, none for others."""
    if actor.party == "resident" or not may_remark(actor, found):
        return Choices({}, [])
    return Choices(
        replies_for(compound_id=found.compound_id) if reads_internal(actor) else {},
        listings.others(found) if _CHOOSING & set(offered) else [],
    )


def waits(found: Request, name: str) -> bool | None:
    """Whether a request waits for this step, where the machine alone does not say it; else None."""
    return {
        "arrive": found.state == "assigned" and found.arrived_at is None,
        "uphold": found.state == "returned" and found.upheld_at is None,
        "deny": found.state == "returned" and found.upheld_at is None,
        "contest": None if found.upheld_at is None else False,
        "resume": found.state == "paused",
        "tie": found.state in HELD and found.parent_id is None,
    }.get(name)


def initial(name: str, found: Request, now: datetime) -> dict[str, Any]:
    """What stands in a blank form: the receiver that the rules name, tomorrow evening for a pause."""
    if name == "return":
        return {"receiver": found.routed_to}
    if name == "pause":
        evening = timezone.localtime(now + timedelta(days=1)).replace(hour=18, minute=0, second=0, microsecond=0)
        return {"until": evening}
    return {}


def panel(name: str, chosen: Choices) -> dict[str, Any]:
    """What staff get beside the form of a panel: ready sentences, the requests to choose from."""
    hand = HANDS.get(name)
    step = getattr(hand.form, "step", "") if hand is not None else ""
    return {
        "replies": chosen.replies.get(step, []) if step else [],
        "into": getattr(hand.form, "into", "") if hand is not None else "",
        "others": chosen.others if name in _CHOOSING else None,
    }


def parts(
    found: Request,
    actor: Actor,
    *,
    chosen: Choices,
    quotes: list[dict[str, Any]],
    tried: str,
    form: forms.Form | None,
) -> dict[str, Any]:
    """The context of what stands beside the panels: the price to tell, the signatures to take, the words to write."""
    if actor.party == "resident":
        return {}
    told = next((quote for quote in quotes if quote["state"] == Quote.State.TOLD), None)
    speaks = may_remark(actor, found)
    internal = speaks and reads_internal(actor)
    said = form if tried == "remark" else None
    was_internal = said is not None and "internal" in said.data
    prices = may(actor, "quote", found) and found.state in HELD and found.state != "submitted"
    signs = is_assigned(actor, found) and found.state in SIGNABLE
    for_them = told is not None and without_account(found) and is_assigned(actor, found) and found.state in HELD

    def blank(name: str, kind: type[forms.Form], **start: Any) -> forms.Form:
        return form if form is not None and tried == name else kind(initial=start, auto_id=f"{name}_%s")

    def remarking(*, inside: bool) -> forms.Form:
        mark = "note_%s" if inside else "remark_%s"
        if said is None or was_internal != inside:
            return given.StaffRemarkForm(auto_id=mark)
        said.auto_id = mark
        return said

    return {
        "price_form": blank("quote", given.PriceForm) if prices else None,
        "price_again": bool(quotes),
        "staff_sign_form": _signing(form if tried == "sign" else None) if signs else None,
        "staff_agree_form": blank("agree", AgreeForm, number=told["number"]) if for_them and told else None,
        "shared_form": remarking(inside=False) if speaks else None,
        "internal_form": remarking(inside=True) if internal else None,
        "remark_replies": chosen.replies.get("remark", []),
    }


def _signing(posted: forms.Form | None) -> forms.Form:
    """The form that asks who signs; what was posted was read by the plain one."""
    if posted is None:
        return given.StaffSignForm(auto_id="sign_%s")
    shown = given.StaffSignForm(posted.data, auto_id="sign_%s")
    for field, errors in posted.errors.items():
        if field not in shown.errors:
            shown.add_error(field if field in shown.fields else None, [str(error) for error in errors])
    return shown
