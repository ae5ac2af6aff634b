"""Where and when papers of a poll are handed in."""

from elections.models import Poll
from paper_ballots.models import Terms


def terms_of(poll: Poll) -> Terms | None:
    """What was said of a poll, None before. One statement."""
    found: Terms | None = Terms.objects.filter(compound_id=poll.compound_id, poll=poll).first()
    return found
