"""Who stands: how they were named, what they said and pledged, who signed for them, what each body answered."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from candidates.models.plans import Body
from candidates.states import MACHINE
from documents.models import StoredFile
from elections.models import Poll
from parties.models import Organisation
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 40
MAX_STATEMENT = 1000
MAX_WORDS = 600
MAX_ARTICLE = 200


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``candidates.states``."""

    PROPOSED = "proposed", _("待补齐")
    IN_REVIEW = "in_review", _("联审中")
    REFUSED = "refused", _("拟不通过")
    PASSED = "passed", _("审查通过")
    LISTED = "listed", _("已列入候选名单")
    STRUCK = "struck", _("审查不通过")
    WITHDRAWN = "withdrawn", _("已退出")


# Who still stands, or may come to.
STANDING = (State.PROPOSED, State.IN_REVIEW, State.REFUSED, State.PASSED, State.LISTED)
GONE = (State.STRUCK, State.WITHDRAWN)


class Route(models.TextChoices):
    """How somebody was named (杭州 26, 宁波 30; 清远 19 by building)."""

    RECOMMENDED = "recommended", _("组织推荐")
    SELF = "self", _("业主自荐")
    JOINT = "joint", _("业主联名")
    BUILDING = "building", _("楼幢提名")


class Firm(models.TextChoices):
    """Whether the candidate or close kin work for the firm that serves the compound (温州 17)."""

    NONE = "none", _("没有")
    SELF = "self", _("本人在职")
    KIN = "kin", _("近亲属在职")


class Candidate(TenantModel):
    """One person who stands for one election. ``key`` is what is sealed into ballots and stays whatever the order.

    ``home_id`` and ``address`` are the home they own; ``line`` the register's row that says so, None where it has none.
    ``represents`` is the corporate owner for whom they stand, with ``authority`` the written authority, ``authority_paper`` its
    picture or PDF, and who held it against the original when (``authority_seen_at``, ``authority_seen_as``). ``firm`` empty: not
    said. ``kin``: refs of candidates who are close relatives. ``nominator`` says who named them, as it is published.
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    ref = models.CharField(max_length=16)
    key = models.CharField(max_length=24)
    name = models.CharField(_("姓名"), max_length=MAX_NAME)
    route = models.CharField(_("提名方式"), max_length=12, choices=Route)
    nominator = models.CharField(_("提名人"), max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    by_person_id = models.BigIntegerField()
    by_post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    home_id = models.BigIntegerField(null=True)
    address = models.CharField(_("房号"), max_length=60)
    building_id = models.BigIntegerField(null=True)
    building = models.CharField(max_length=40, blank=True)
    line = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    represents = models.CharField(_("所代表的单位业主"), max_length=80, blank=True)
    authority = models.CharField(_("授权文书"), max_length=MAX_ARTICLE, blank=True)
    authority_paper: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    authority_seen_at = models.DateTimeField(null=True, blank=True)
    authority_seen_as = models.CharField(max_length=160, blank=True)
    statement = models.TextField(_("参选说明"), max_length=MAX_STATEMENT, blank=True)
    photo: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    woman = models.BooleanField(null=True)
    firm = models.CharField(max_length=4, choices=Firm, blank=True)
    kin = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    consented_at = models.DateTimeField(null=True, blank=True)
    consented_as = models.CharField(max_length=160, blank=True)
    consent_paper = models.CharField(_("书面同意的凭证"), max_length=MAX_ARTICLE, blank=True)
    complete_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=MAX_WORDS, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "poll", "state"], name="candidate_poll_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="candidate_ref"),
            models.UniqueConstraint(fields=["compound", "poll", "key"], name="candidate_key"),
            # Nobody stands twice in one election; whoever left or was refused may be named again.
            models.UniqueConstraint(
                fields=["compound", "poll", "name", "address"],
                name="candidate_once",
                condition=~Q(state__in=["struck", "withdrawn"]),
            ),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="candidate_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["struck", "withdrawn"]) | (Q(ended_at__isnull=False) & ~Q(ended_reason="")),
                name="candidate_end_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"])
                | Q(consented_at__isnull=False, complete_at__isnull=False),
                name="candidate_review_needs_consent",
            ),
            models.CheckConstraint(
                condition=Q(authority_seen_at__isnull=True) | ~Q(authority_seen_as=""), name="candidate_authority_seen_by"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Pledge(TenantModel):
    """One pledge that a candidate accepted, with the words as they stood."""

    candidate: Any = TenantForeignKey(Candidate, related_name="pledges")
    code = models.CharField(max_length=12)
    text = models.CharField(max_length=400)
    accepted_at = models.DateTimeField()
    accepted_as = models.CharField(max_length=160)
    paper = models.CharField(max_length=MAX_ARTICLE, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "candidate", "code"], name="candidate_pledge_once")
        ]

    def __str__(self) -> str:
        return self.code


class Signature(TenantModel):
    """One owner who names a candidate together with others: a home signs once, whoever of its owners does it."""

    candidate: Any = TenantForeignKey(Candidate, related_name="signatures")
    person_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    home_id = models.BigIntegerField()
    building_id = models.BigIntegerField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "person_id"], name="candidate_signature_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "candidate", "home_id"],
                name="candidate_signature_once",
                condition=Q(withdrawn_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    """What a body answers."""

    PASS = "pass", _("通过")
    REFUSE = "refuse", _("不予通过")
    SUPPLEMENT = "supplement", _("退回补充")


class Review(TenantModel):
    """One body's answer about one candidate. ``ground`` of ``rules.grounds`` with ``article`` and ``words`` where it refuses.

    ``final``: decided after the candidate's answer (``reply``) or when its time was over; a pass is final at once.
    ``late_told_at``: when the body and whoever prepares were told that the answer is late.
    """

    candidate: Any = TenantForeignKey(Candidate, related_name="reviews")
    body: Any = TenantForeignKey(Body, related_name="+")
    due_on = models.DateField()
    outcome = models.CharField(_("结论"), max_length=10, choices=Outcome, blank=True)
    ground = models.CharField(max_length=20, blank=True)
    article = models.CharField(_("依据"), max_length=MAX_ARTICLE, blank=True)
    words = models.CharField(_("书面理由"), max_length=MAX_WORDS, blank=True)
    paper = models.CharField(max_length=MAX_ARTICLE, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_as = models.CharField(max_length=160, blank=True)
    reply = models.CharField(_("候选人的意见"), max_length=MAX_WORDS, blank=True)
    reply_until = models.DateField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    final = models.BooleanField(default=False)
    final_words = models.CharField(max_length=MAX_WORDS, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)
    final_as = models.CharField(max_length=160, blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "due_on"],
                condition=Q(final=False, late_told_at__isnull=True),
                name="candidate_review_waits",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "candidate", "body"], name="candidate_review_once"),
            models.CheckConstraint(
                condition=~Q(outcome="refuse") | (~Q(ground="") & ~Q(article="") & ~Q(words="")),
                name="candidate_refusal_has_ground",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="supplement") | ~Q(words=""), name="candidate_supplement_says_what"
            ),
            models.CheckConstraint(
                condition=Q(final=False) | (Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="candidate_final_was_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class Membership(TenantModel):
    """What is known of somebody's Party membership: yes or no, from where, of which day. Sensitive: shown to few (A11).

    Never changed; the latest row of a candidate counts. ``member`` None: it was asked and is not known.
    """

    candidate: Any = TenantForeignKey(Candidate, related_name="memberships")
    member = models.BooleanField(null=True)
    source = models.CharField(_("来源"), max_length=MAX_ARTICLE)
    of = models.DateField(_("核实日期"))
    at = models.DateTimeField()
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "candidate", "-at"], name="candidate_membership_last")]

    def __str__(self) -> str:
        return f"{self.candidate_id}"
