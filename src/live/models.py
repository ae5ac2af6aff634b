"""What happened, numbered: one row a topic with its last number, one row an event until it is pruned."""

from typing import ClassVar

from django.db import models

from tenancy.models import TenantModel


class TopicHead(TenantModel):
    """The last number given out on a topic. Its row lock makes the order of numbers the order of commits, without gaps.

    Heads are never deleted: a topic that began again at 1 would make an old page miss events.
    """

    topic = models.CharField(max_length=100)
    seq = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "topic"], name="live_head_topic")]

    def __str__(self) -> str:
        return f"{self.topic} {self.seq}"


class Event(TenantModel):
    """One announcement: small, free of personal data, kept for catching up only (the record is elsewhere)."""

    topic = models.CharField(max_length=100)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "topic", "seq"], name="live_event_seq")]
        indexes: ClassVar = [models.Index(fields=["compound", "at"], name="live_event_at")]

    def __str__(self) -> str:
        return f"{self.topic} {self.seq} {self.kind}"
