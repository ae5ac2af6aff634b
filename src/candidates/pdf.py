"""What is printed: the list of candidates in large type, and the form on which somebody is named."""

from typing import Any

from candidates.permissions import sees_work
from candidates.queries.reading import Whole, candidates_of, prepared
from candidates.words import day_text
from documents.actions import TargetGone
from documents.queries import print_data_uri
from elections.models import Kind, Poll
from tenancy.actor import Actor

LIST_KIND, LIST_TITLE, LIST_TEMPLATE = "candidates.list", "候选人名单", "candidates/list_sheet.html"
FORM_KIND, FORM_TITLE, FORM_TEMPLATE = "candidates.form", "候选人提名表", "candidates/form_sheet.html"
PHOTO_SIDE = 300
_TARGET = "elections.poll"
# Lines for signatures on the printed form, where a place asks for fewer or leaves it open.
MOST_LINES = 30


def target_of(poll: Poll) -> str:
    """How a sheet names the election that it is of."""
    return f"{_TARGET}:{poll.pk}"


def may_print(actor: Actor, target: str) -> bool:
    """Officers who see the preparation. One statement."""
    poll = _poll(target)
    return poll is not None and poll.compound_id in actor.compound_ids and sees_work(actor)


def list_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the list shows: names in the order of the ballot, never who is a Party member. Raises TargetGone without a slate."""
    whole = _whole(compound_id, target)
    slate = whole.slate
    if slate is None:
        raise TargetGone
    by_ref = {one.ref: one for one in candidates_of(whole.poll)}
    return {
        "poll": whole.poll,
        "slate": slate,
        "order": slate.get_method_display(),
        "day": day_text(slate.at.date()),
        "rows": [
            {
                "place": place,
                "name": by_ref[ref].name,
                "building": by_ref[ref].building,
                "represents": by_ref[ref].represents,
                "route": by_ref[ref].get_route_display(),
                "nominator": by_ref[ref].nominator,
                "statement": by_ref[ref].statement,
                "photo": print_data_uri(by_ref[ref].photo, side=PHOTO_SIDE) if by_ref[ref].photo else "",
            }
            for place, ref in enumerate(slate.order, 1)
        ],
    }


def form_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the blank form shows: the plan's days, routes and pledges. Raises TargetGone without a plan."""
    whole = _whole(compound_id, target)
    plan = whole.plan
    if plan is None:
        raise TargetGone
    return {
        "poll": whole.poll,
        "plan": plan,
        "starts": day_text(plan.starts),
        "ends": day_text(plan.ends),
        "pledges": plan.pledges,
        "joint": plan.joint_owners,
        "lines": range(1, min(plan.joint_owners or 0, MOST_LINES) + 1),
    }


def _poll(target: str) -> Poll | None:
    name, _colon, key = target.partition(":")
    if name != _TARGET or not (key.isascii() and key.isdigit()):
        return None
    found: Poll | None = Poll.objects.select_related("compound").filter(pk=int(key), kind=Kind.ELECTION).first()
    return found


def _whole(compound_id: int, target: str) -> Whole:
    poll = _poll(target)
    if poll is None or poll.compound_id != compound_id:
        raise TargetGone
    return prepared(poll)
