"""Further votes on open seats, as pages and actions ask for them."""

from collections.abc import Sequence

from committees.models import Committee, Outcome, Purpose, Round
from elections.models import Poll, State

OVER = (State.CANCELLED, State.ANNULLED)


def round_of(poll: Poll) -> Round | None:
    """What a poll votes on, if it is such a vote. One statement."""
    found: Round | None = (
        Round.objects.filter(compound_id=poll.compound_id, poll=poll)
        .select_related("first", "committee__term__committee")
        .first()
    )
    return found


def rounds_after(poll: Poll) -> list[Round]:
    """The votes that follow an election, those given up left out, the first one first. One statement."""
    rows = Round.objects.filter(compound_id=poll.compound_id, first=poll).exclude(poll__state__in=OVER)
    return list(rows.select_related("poll").order_by("pk"))


def rounds_for(committee: Committee) -> list[Round]:
    """The votes on seats of a committee in office that do not sit yet. One statement."""
    rows = Round.objects.filter(compound_id=committee.compound_id, committee=committee, filled_on=None)
    return list(rows.exclude(poll__state__in=OVER).select_related("poll").order_by("pk"))


def elected_later(poll: Poll) -> tuple[list[dict[str, str]], list[Round]]:
    """Who was elected in declared further rounds of an election, as facts name them, and those rounds. Two statements."""
    rounds = [one for one in rounds_after(poll) if one.purpose == Purpose.FURTHER and one.poll.state == State.DECLARED]
    facts = facts_by_poll([one.poll for one in rounds])
    return [who for one in rounds for who in facts[one.poll_id]["items"][0]["elected"]], rounds


def facts_by_poll(polls: Sequence[Poll]) -> dict[int, dict[str, list[dict[str, list[dict[str, str]]]]]]:
    """What each announced poll came to. One statement."""
    if not polls:
        return {}
    rows = Outcome.objects.filter(compound_id=polls[0].compound_id, poll__in=polls)
    return {one.poll_id: one.facts for one in rows}
