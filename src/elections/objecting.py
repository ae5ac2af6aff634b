"""What a roll says of the objections to it: the corrections made because of one, on its page and in its answer."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from elections.models import Amendment, Poll, State, What
from elections.permissions import MEMBERS, may_conduct, sees_polls
from elections.queries.announcing import poll_announced_by
from elections.queries.roll import corrections_for, unit_at_home
from notices.extras import Panel
from publicity import objection_extras
from publicity.models import Matter, Objection, ObjectionState
from tenancy.actor import Actor

# While a roll may still be corrected.
CORRECTABLE = (State.ROLL_FIXED, State.CALLED)


def register() -> None:
    """Add it to objections."""
    objection_extras.register(lines=lines, panel=panel)


def lines(objection: Objection) -> list[str]:
    """What was corrected because of it, as the answer says it. One statement, none for what is no roll."""
    if objection.period.matter != Matter.ROLL:
        return []
    return [
        _("名册已按这条异议更正：第 %(number)s 版，%(address)s。")
        % {"number": one.edition.number, "address": one.unit.address}
        for one in corrections_for(objection)
    ]


def panel(objection: Objection, actor: Actor) -> Panel | None:
    """The corrections, and for whoever conducts the poll the way to make one. Three statements at most.

    A firm sees none: it has no part in a roll.
    """
    if objection.period.matter != Matter.ROLL or actor.party not in MEMBERS:
        return None
    poll = poll_announced_by(objection.notice, What.ROLL)
    if poll is None:
        return None
    made = corrections_for(objection)
    todo = _way(poll, objection, actor)
    if not made and not todo:
        return None
    officer = sees_polls(actor)
    return Panel(
        "elections/_on_objection.html",
        {"rows": [(one, _where(poll, one, officer=officer)) for one in made], "todo": todo, "poll": poll},
    )


def _way(poll: Poll, objection: Objection, actor: Actor) -> str:
    """Where the correction is made; "" where nobody may make one now."""
    over = objection.state in {ObjectionState.WITHDRAWN, ObjectionState.LAPSED}
    if over or poll.state not in CORRECTABLE or not may_conduct(actor, poll):
        return ""
    unit = unit_at_home(poll, objection.home_id) if objection.home_id else None
    if unit is None:
        return reverse("polls_roll", args=[poll.compound.code, poll.ref])
    address = reverse("polls_unit", args=[poll.compound.code, poll.ref, unit.number])
    return f"{address}?objection={objection.ref}"


def _where(poll: Poll, one: Amendment, *, officer: bool) -> str:
    if officer:
        return reverse("polls_unit", args=[poll.compound.code, poll.ref, one.unit.number])
    return reverse("polls_public", args=[poll.compound.code, poll.ref])


def objection_choices(poll: Poll, found: Sequence[Objection]) -> list[tuple[str, str]]:
    """The objections to a roll as an officer chooses among them."""
    return [
        (
            one.ref,
            _("%(day)s %(who)s：%(about)s")
            % {"day": f"{one.filed_at:%m-%d}", "who": f"{one.address} {one.name}".strip(), "about": one.passage},
        )
        for one in found
        if one.compound_id == poll.compound_id
    ]
