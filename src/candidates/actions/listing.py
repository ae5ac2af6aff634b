"""The slate: everyone who passed, in an order that is recorded, on the ballot and in public; posted again when it changes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from candidates.actions.change import Step, begin, moved, said
from candidates.models import Candidate, Slate, State
from candidates.models.slates import MAX_HOW, Method
from candidates.models.standing import GONE
from candidates.permissions import may_prepare
from candidates.queries.figures import local_of
from candidates.queries.reading import memberships_of
from candidates.refusals import BadInput, NotPermitted, OutOfState
from candidates.rules.order import LOT, MIN_SEED, drawn, same_names
from candidates.rules.strokes import by_strokes, same_but_unsettled
from elections import actions as elections
from elections.actions import Named
from elections.queries.register import least_seats
from publicity.actions.opening import Opened, open_period
from tenancy.actor import Actor

PASSED = (State.PASSED, State.LISTED)


@transaction.atomic
def settle_slate(
    *,
    compound_id: int,
    ref: str,
    text: str,
    method: str,
    order: Sequence[str] = (),
    how: str = "",
    witness: str = "",
    seed: str = "",
    by: Actor,
    now: datetime,
) -> Slate:
    """Put everyone who passed on the ballot: nobody who passed is left out, for whatever ratio (A11).

    ``order`` holds their refs, except for a lot: that is drawn from ``seed``, which the ``witness`` said. By strokes it is
    counted (``rules.strokes``), and may be empty; another order than the counted one needs ``how``: why it is corrected. ``how``
    says by which article for ``rules``. The leader of a group settles it too (指导规则 12). Refused: NoSuchCandidate,
    NotPermitted (not_your_post), OutOfState (poll_moved_on, no_plan, still_open: somebody is in review, nobody_passed,
    authority_unseen), BadInput (unknown_method, order_incomplete, seed_too_short, say_why, too_long), and as
    ``elections.actions.set_slate`` refuses.
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    if not may_prepare(by, step.poll, step.whole.group):
        raise NotPermitted("not_your_post")
    plan = step.whole.plan
    if plan is None:
        raise OutOfState("no_plan")
    if method not in Method.values:
        raise BadInput("unknown_method", field="method")
    passed = _ready(step)
    order, told = _ordered(list(passed.values()), method, order, how=how, witness=witness, seed=seed)
    known = memberships_of(step.poll)
    elections.set_slate(
        compound_id=compound_id, ref=ref, text=text, seats=plan.seats, by=by, now=now,
        least_seats=least_seats(compound_id=compound_id, local=local_of(step.poll), on=localdate(now)),
        may=lambda actor, poll: may_prepare(actor, poll, step.whole.group),
        candidates=[
            Named(passed[one].key, passed[one].name, known[passed[one].pk].member if passed[one].pk in known else None)
            for one in order
        ],
    )  # fmt: skip
    Candidate.objects.filter(compound_id=compound_id, poll=step.poll).update(place=None)
    for place, one in enumerate(order, 1):
        row = passed[one]
        moved(row, "list", now)
        row.place = place
        row.save(update_fields=["state", "place", "updated_at"])
    before = step.whole.slate
    made: Slate = Slate.objects.create(
        compound_id=compound_id, poll=step.poll, number=(before.number if before else 0) + 1, method=method,
        seats=plan.seats, order=list(order), at=now, label=by.signature, **told,
    )  # fmt: skip
    step.record(
        "slate",
        f"candidates.slate:{made.pk}",
        {
            "method": [None, method],
            "witness": [None, made.witness],
            "seed": [None, made.seed],
            "names": [None, [passed[one].name for one in order]],
        },
    )
    return made


def _ready(step: Step) -> dict[str, Candidate]:
    """Everyone who passed, by ref, locked. OutOfState (still_open, nobody_passed, authority_unseen)."""
    everyone = list(
        Candidate.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=step.poll.compound_id, poll=step.poll)
        .exclude(state__in=GONE)
        .order_by("pk")
    )
    unready = [one.name for one in everyone if one.state in {State.IN_REVIEW, State.REFUSED}]
    if unready:
        raise OutOfState("still_open", names="、".join(unready[:5]))
    passed = {one.ref: one for one in everyone if one.state in PASSED}
    if not passed:
        raise OutOfState("nobody_passed")
    unseen = [one.name for one in passed.values() if one.represents and one.authority_seen_at is None]
    if unseen:
        raise OutOfState("authority_unseen", names="、".join(unseen[:5]))
    return passed


def _ordered(
    passed: Sequence[Candidate], method: str, order: Sequence[str], *, how: str, witness: str, seed: str
) -> tuple[Sequence[str], dict[str, str]]:
    """The refs in the order that the method gives, and what is said of how it was found."""
    told = {"how": said(how, "how", MAX_HOW, needed=method == Method.RULES), "witness": "", "seed": ""}
    refs = [one.ref for one in passed]
    if method == LOT:
        told["witness"], told["seed"] = said(witness, "witness", 80), said(seed, "seed", 80)
        if len(told["seed"]) < MIN_SEED:
            raise BadInput("seed_too_short", field="seed", least=str(MIN_SEED))
        return drawn(refs, told["seed"]), told
    if method == Method.STROKES:
        return _by_strokes(passed, order, told["how"]), told
    if not same_names(order, refs):
        raise BadInput("order_incomplete", field="order")
    return order, told


def _by_strokes(passed: Sequence[Candidate], order: Sequence[str], how: str) -> list[str]:
    """The counted order, or the one that a person entered: where that is another, they say why."""
    refs = [one.ref for one in passed]
    counted = by_strokes([one.name for one in passed])
    if not order:
        return [refs[place] for place in counted.places]
    if not same_names(order, refs):
        raise BadInput("order_incomplete", field="order")
    if not how and not same_but_unsettled([refs.index(ref) for ref in order], counted):
        raise BadInput("say_correction", field="how")
    return list(order)


def is_stale(slate: Slate, everyone: Sequence[Candidate]) -> bool:
    """Whether the slate no longer names exactly those who passed."""
    return not same_names(slate.order, [one.ref for one in everyone if one.state in PASSED])


@transaction.atomic
def post_slate(
    *, compound_id: int, ref: str, days: int | None = None, accepted: bool = False, by: Actor, now: datetime
) -> Opened:
    """Make the slate public, for the place's days; a changed one is posted again (宁波 31). Objections are publicity's.

    Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (poll_moved_on, no_slate, slate_stale,
    posted_already), and as ``open_period`` refuses.
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    if not may_prepare(by, step.poll, step.whole.group):
        raise NotPermitted("not_your_post")
    slate = step.whole.slate
    if slate is None:
        raise OutOfState("no_slate")
    if slate.notice_ref:
        raise OutOfState("posted_already")
    everyone = {
        one.ref: one for one in Candidate.objects.filter(compound_id=compound_id, poll=step.poll).order_by("pk")
    }
    if is_stale(slate, list(everyone.values())):
        raise OutOfState("slate_stale")
    opened = open_period(
        compound_ids=[compound_id], matter="candidates", about="election",
        title=f"{step.poll.title}候选人名单公示"[:60], source=_source(step, slate, everyone), days=days, accepted=accepted,
        by=by, now=now,
    )[0]  # fmt: skip
    slate.notice_ref, slate.posted_at = opened.notice.ref, now
    slate.save(update_fields=["notice_ref", "posted_at"])
    step.record("post_slate", f"candidates.slate:{slate.pk}", {"notice": [None, opened.notice.ref]})
    return opened


def _source(step: Step, slate: Slate, everyone: dict[str, Candidate]) -> str:
    """The list as it is read on the board. Membership only where a text of the place asks for it, with the text."""
    plan = step.whole.planned
    known = memberships_of(step.poll) if plan.status_published else {}
    lines = []
    for place, ref in enumerate(slate.order, 1):
        one = everyone[ref]
        parts = [
            one.building,
            f"{one.represents}代表" if one.represents else "",
            f"{one.get_route_display()}：{one.nominator}",
        ]
        if plan.status_published and one.pk in known and known[one.pk].member is not None:
            parts.append("中共党员" if known[one.pk].member else "非中共党员")
        lines.append(f"{place}. {one.name}（{'，'.join(part for part in parts if part)}）")
    order = slate.get_method_display()
    if slate.method == LOT:
        order += f"，见证人{slate.witness}，抽签口令“{slate.seed}”"
    elif slate.method == Method.STROKES:
        order += "（姓的笔画数由少到多，笔画数相同的看起笔横、竖、撇、点、折，同姓的单名在前，再看名的笔画）"
    if slate.how:
        order += f"，{slate.how}"
    status = f"\n\n公布政治面貌的依据：{plan.status_source}。" if plan.status_published else ""
    again = "候选人名单有调整，现重新公示。" if slate.number > 1 else "现将候选人名单公示如下。"
    return (
        f"{step.poll.title}应选委员{slate.seats}名，候选人{len(slate.order)}名。{again}\n\n"
        + "\n".join(lines)
        + f"\n\n排序办法：{order}。{status}\n\n对候选人有异议的，请在公示期内在本公告下面提出，会核实并公开答复。"
    )
