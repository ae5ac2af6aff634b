"""The preparatory group (筹备组) of a first election, and the re-election group (换届小组) of a later one."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from parties.models import Organisation
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 40
MAX_WORDS = 300


class Kind(models.TextChoices):
    """Which of the two."""

    PREPARATORY = "preparatory", _("筹备组")
    RE_ELECTION = "re_election", _("换届小组")


class SeatKind(models.TextChoices):
    """As what somebody sits in a group (P32)."""

    OWNER = "owner", _("业主代表")
    STREET = "street", _("街道、乡镇")
    PARTY = "party", _("社区党组织")
    RESIDENTS = "residents", _("居民委员会")
    POLICE = "police", _("公安派出所")
    DEVELOPER = "developer", _("建设单位")
    OTHER = "other", _("其他")


class Group(TenantModel):
    """One group of one poll. ``organisation`` acts in the portal from its founding; ``ends_on`` is the last of its days.

    ``notice_ref`` is the notice that makes its list public; empty once more when the list was changed after that.
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind, default=Kind.PREPARATORY)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    formed_on = models.DateField(_("成立日期"), null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    extended_why = models.CharField(_("延期原因"), max_length=MAX_WORDS, blank=True)
    notice_ref = models.CharField(max_length=16, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(_("结束原因"), max_length=MAX_WORDS, blank=True)
    label = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll"], name="candidates_group_poll"),
            models.CheckConstraint(
                condition=Q(formed_on__isnull=True, ends_on__isnull=True)
                | Q(formed_on__isnull=False, ends_on__gte=models.F("formed_on")),
                name="candidates_group_days",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Member(TenantModel):
    """One member: the name as it is published, the seat, the body or building they come from.

    ``person_id`` where they act in the portal, with ``post_id`` the post that lets them; ``registered`` whether the register has
    an owner of that name, None for a seat that is not an owner's.
    """

    group: Any = TenantForeignKey(Group, related_name="members")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("姓名"), max_length=MAX_NAME)
    seat = models.CharField(_("席位"), max_length=10, choices=SeatKind)
    body = models.CharField(_("单位或楼幢"), max_length=80, blank=True)
    chair = models.BooleanField(_("组长"), default=False)
    registered = models.BooleanField(null=True)
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "group", "number"], name="candidates_member_number")
        ]

    def __str__(self) -> str:
        return self.name
