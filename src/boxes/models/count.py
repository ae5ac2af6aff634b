"""Opening a box: shares that wait for the others, the work of opening, what was in the ballots, the results."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from boxes.models.box import Box
from elections.models import Poll
from tenancy.models import TenantForeignKey, TenantModel


class Share(TenantModel):
    """A share that was given and waits for the others: sealed with the portal's key, removed when the box is opened."""

    box: Any = TenantForeignKey(Box, related_name="shares")
    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()
    given_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "box", "number"], name="box_share_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class Opening(TenantModel):
    """The work of opening a box: a row first, a worker after. ``problem`` says why nothing was published."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("等待计票")
        RUNNING = "running", _("正在计票")
        DONE = "done", _("已完成")
        REFUSED = "refused", _("未能计票")

    box: Any = TenantForeignKey(Box, related_name="openings")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_as = models.CharField(max_length=160)
    tried_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "box"], name="box_opening_one")]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "tried_at"],
                condition=models.Q(state__in=("waiting", "running")),
                name="box_opening_open",
            )
        ]

    def __str__(self) -> str:
        return self.state


class Opened(TenantModel):
    """What one ballot says of one item, after the opening: a row for each, whether it counts or not.

    ``choice`` is for, against, abstain, invalid or names; ``names`` the keys of the candidates.
    """

    box: Any = TenantForeignKey(Box, related_name="opened")
    number = models.PositiveIntegerField()
    right = models.CharField(max_length=24)
    by = models.CharField(max_length=5)
    paper = models.BooleanField()
    item = models.CharField(max_length=24)
    choice = models.CharField(max_length=7)
    names = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "box", "number", "item"], name="box_opened_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.item}"


class Result(TenantModel):
    """What came out of one item: ``verdict`` as ``elections.records.record`` writes it, ``counts`` as both counts found it.

    ``counts`` = {"roll": [owners, area], "part": […], "choices": {choice: […]}, "names": {key: […]}}, areas in 0.0001 m²; and
    "silent": […] where those who did not vote are counted.
    """

    poll: Any = TenantForeignKey(Poll, related_name="results")
    box: Any = TenantForeignKey(Box, related_name="results")
    item_key = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()
    verdict = models.JSONField()
    counts = models.JSONField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "box", "item_key"], name="box_result_item")
        ]

    def __str__(self) -> str:
        return self.item_key
