"""A committee in office: what the register of terms and posts does not keep of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from parties.models import Term
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 40
MAX_TEXT = 600
MAX_REASON = 300
MAX_SOURCE = 200


class Role(models.TextChoices):
    """What someone is in a committee. Alternates attend and do not vote (杭州 28)."""

    CHAIR = "chair", _("主任")
    VICE_CHAIR = "vice_chair", _("副主任")
    MEMBER = "member", _("委员")
    ALTERNATE = "alternate", _("候补委员")


class End(models.TextChoices):
    """How an office came to its end."""

    TERM = "term", _("任期届满")
    RESIGNED = "resigned", _("辞职")
    BY_LAW = "by_law", _("职务自行终止")
    RECALLED = "recalled", _("被罢免")
    STEPPED_IN = "stepped_in", _("递补为委员")
    MISTAKE = "mistake", _("登记有误")


class LawGround(models.TextChoices):
    """Why an office ends by itself (指导规则 43)."""

    NOT_OWNER = "not_owner", _("不再是本小区业主")
    INCAPACITY = "incapacity", _("丧失民事行为能力")
    LIBERTY = "liberty", _("被限制人身自由")
    OTHER_LAW = "other_law", _("法律、法规、管理规约规定的其他情形")


class Committee(TenantModel):
    """One term of an owners' committee as an office: planned seats, where it came from, what stands against it.

    ``poll`` elected it; None: it is recorded from before the portal and ``basis`` says by what. ``reelection_since``: the
    re-election group's first day, from which votes on the firm are frozen (温州 23, 宁波 36) until the next committee or
    ``reelection_ended``. ``vacancy_since``: so few members were left that there must be a new election (P29).
    """

    term: Any = TenantForeignKey(Term, related_name="+")
    poll: Any = TenantForeignKey(Poll, null=True, blank=True, related_name="+")
    planned = models.PositiveSmallIntegerField(_("应选人数"))
    least = models.PositiveSmallIntegerField(_("法定最少人数"))
    jurisdiction = models.CharField(max_length=20)
    elected_on = models.DateField(_("当选日期"))
    basis = models.CharField(_("依据"), max_length=MAX_REASON)
    first_meeting_on = models.DateField(_("首次会议"), null=True, blank=True)
    first_meeting_note = models.CharField(max_length=MAX_TEXT, blank=True)
    reelection_since = models.DateField(null=True, blank=True)
    reelection_as = models.CharField(max_length=160, blank=True)
    reelection_ended = models.DateField(null=True, blank=True)
    vacancy_since = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "term"], name="committee_one_a_term"),
            models.UniqueConstraint(fields=["compound", "poll"], name="committee_one_a_poll"),
            models.CheckConstraint(condition=Q(planned__gte=1, least__gte=1), name="committee_seats"),
            models.CheckConstraint(condition=Q(poll__isnull=False) | ~Q(basis=""), name="committee_from_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.term_id}"


class Member(TenantModel):
    """Someone in a committee for some days, both included. A change of role is a new row.

    ``person_id`` and ``post_id`` are 0 and None while nobody of that name signs in. ``rank`` is the order of the count, by which
    alternates step in. ``party_member`` None: not known; with it where that comes from and of which day, shown to few.
    """

    committee: Any = TenantForeignKey(Committee, related_name="members")
    name = models.CharField(_("姓名"), max_length=MAX_NAME)
    person_id = models.BigIntegerField(default=0)
    post_id = models.BigIntegerField(null=True)
    role = models.CharField(_("职务"), max_length=10, choices=Role)
    rank = models.PositiveSmallIntegerField(_("顺序"))
    voters = models.PositiveIntegerField(null=True, blank=True)
    area = models.CharField(max_length=24, blank=True)
    home = models.CharField(_("房屋"), max_length=60, blank=True)
    party_member = models.BooleanField(_("党员"), null=True, blank=True)
    party_source = models.CharField(_("党员身份来源"), max_length=MAX_SOURCE, blank=True)
    party_on = models.DateField(null=True, blank=True)
    duties = models.CharField(_("分工"), max_length=120, blank=True)
    contact = models.CharField(_("联系方式"), max_length=60, blank=True)
    pledge = models.CharField(_("承诺"), max_length=MAX_TEXT, blank=True)
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)
    end = models.CharField(max_length=10, choices=End, blank=True)
    end_ground = models.CharField(max_length=MAX_REASON, blank=True)
    end_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "committee", "rank"], name="committee_member_order")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="member_ends_after"),
            models.CheckConstraint(
                condition=Q(end="") | (Q(ends__isnull=False) & ~Q(end_as="")), name="member_end_says_who"
            ),
            models.CheckConstraint(
                condition=Q(party_member__isnull=True) | (~Q(party_source="") & Q(party_on__isnull=False)),
                name="member_party_says_source",
            ),
            models.UniqueConstraint(
                fields=["compound", "committee"],
                condition=Q(role="chair", end=""),
                name="committee_one_chair",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OfficeEvent(TenantModel):
    """What happened to a committee, in order; everyone of the compound may read it, so it names no membership of a Party."""

    committee: Any = TenantForeignKey(Committee, related_name="events")
    action = models.CharField(max_length=20)
    text = models.CharField(max_length=MAX_TEXT)
    on = models.DateField()
    at = models.DateTimeField()
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "committee", "-id"], name="committee_event_line")]

    def __str__(self) -> str:
        return self.action


class TermNotice(TenantModel):
    """A telling of the term clock that was sent or passed over, once for each term and step."""

    term: Any = TenantForeignKey(Term, related_name="+")
    step = models.CharField(max_length=12)
    sent = models.BooleanField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "term", "step"], name="term_notice_once")]

    def __str__(self) -> str:
        return self.step
