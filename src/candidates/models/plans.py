"""How an election is prepared: seats, days, who reviews, what is pledged."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from parties.models import Organisation
from tenancy.models import TenantForeignKey, TenantModel

MAX_SOURCE = 200


class Plan(TenantModel):
    """One plan of one poll. ``joint_owners``: how many owners name somebody jointly, None for none.

    ``pledges`` are ``[{"code", "text"}]``, fixed with the opening. ``status_published``: a text of the place, named in
    ``status_source``, has the list say who is a Party member (清远 19).
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    seats = models.PositiveSmallIntegerField(_("应选人数"))
    term_years = models.PositiveSmallIntegerField(_("任期（年）"))
    joint_owners = models.PositiveSmallIntegerField(_("联名人数"), null=True, blank=True)
    by_building = models.BooleanField(_("按楼幢提名"), default=False)
    starts = models.DateField(_("提名开始"))
    ends = models.DateField(_("提名截止"))
    review_days = models.PositiveSmallIntegerField(_("联审答复天数"))
    reply_days = models.PositiveSmallIntegerField(_("陈述意见天数"))
    pledges = models.JSONField(default=list)
    status_published = models.BooleanField(default=False)
    status_source = models.CharField(max_length=MAX_SOURCE, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    label = models.CharField(max_length=160)
    updated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll"], name="candidates_plan_poll"),
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="candidates_plan_days"),
            models.CheckConstraint(
                condition=Q(status_published=False) | ~Q(status_source=""), name="candidates_plan_status_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seats}"


class Body(TenantModel):
    """A body that reviews candidates (联审, P31). One without an organisation here has its written answers entered."""

    plan: Any = TenantForeignKey(Plan, related_name="bodies")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("联审单位"), max_length=80)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "plan", "number"], name="candidates_body_number"),
            models.UniqueConstraint(fields=["compound", "plan", "name"], name="candidates_body_name"),
        ]

    def __str__(self) -> str:
        return self.name
