"""The two-party steps of a poll."""

from elections.models import Poll
from elections.models.joint import JointStep


def joint_steps(poll: Poll) -> list[JointStep]:
    """Every one, the newest first: asked for, agreed to, taken back."""
    return list(JointStep.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("-asked_at", "-pk"))


def taken_steps(poll: Poll) -> list[JointStep]:
    """Those that were agreed to, in the order in which they were taken: what is public."""
    found = JointStep.objects.filter(compound_id=poll.compound_id, poll=poll, agreed_at__isnull=False)
    return list(found.order_by("agreed_at", "pk"))
