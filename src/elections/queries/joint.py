"""The two-party steps of a poll."""

from elections.models import Poll
from elections.models.joint import JointStep
from elections.permissions import agrees_as
from tenancy.actor import Actor


def joint_steps(poll: Poll) -> list[JointStep]:
    """Every one, the newest first: asked for, agreed to, taken back."""
    return list(JointStep.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("-asked_at", "-pk"))


def open_step(poll: Poll) -> JointStep | None:
    """The one that was asked for and waits."""
    found: JointStep | None = JointStep.objects.filter(
        compound_id=poll.compound_id, poll=poll, agreed_at=None, withdrawn_at=None
    ).first()
    return found


def steps_waiting(actor: Actor) -> list[JointStep]:
    """The steps that wait for the actor's party, in every compound of the post, the oldest first. One statement at most."""
    if not agrees_as(actor.party, actor.role):
        return []
    found = JointStep.objects.filter(
        compound_id__in=actor.compound_ids, agreed_at__isnull=True, withdrawn_at__isnull=True
    ).exclude(asked_party=actor.party)
    return list(
        found.exclude(asked_person_id=actor.person_id).select_related("poll__compound").order_by("asked_at", "pk")
    )


def taken_steps(poll: Poll) -> list[JointStep]:
    """Those that were agreed to, in the order in which they were taken: what is public."""
    found = JointStep.objects.filter(compound_id=poll.compound_id, poll=poll, agreed_at__isnull=False)
    return list(found.order_by("agreed_at", "pk"))
