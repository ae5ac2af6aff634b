"""Organisations, and the dated facts from which rights come: contracts, terms, jurisdictions, posts."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tenancy.models import Area, TenantModel


class DateRange(Func):
    """PostgreSQL's daterange(starts, ends, '[]'): both days included, no end means for good."""

    function = "daterange"
    output_field = DateRangeField()


class Organisation(models.Model):
    """A party's body. It lives apart from compounds: dated links say where it acts and when."""

    class Kind(models.TextChoices):
        """The kinds of body that work on the same matters."""

        COMMUNITY_PARTY = "community_party", _("社区党组织")
        RESIDENTS_COMMITTEE = "residents_committee", _("社区居委会")
        OWNERS_COMMITTEE = "owners_committee", _("业主委员会")
        PROPERTY_COMPANY = "property_company", _("物业服务企业")
        STREET_OFFICE = "street_office", _("街道办事处")
        CITY_BUREAU = "city_bureau", _("市主管部门")
        PREPARATORY_GROUP = "preparatory_group", _("筹备组")
        THREE_PARTY_OFFICE = "three_party_office", _("三方办")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=80, unique=True)
    phone = models.CharField(_("公开电话"), max_length=20, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="organisation_credit_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Jurisdiction(models.Model):
    """A dated link from an organisation of the administration to the area that it answers for."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="jurisdictions")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.organisation} - {self.area}"


class Contract(TenantModel):
    """A dated service contract (物业服务合同) between a company and a compound. The last day counts."""

    company = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.CharField(_("合同编号"), max_length=40, blank=True)
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")), name="contract_ends_after_start"
            ),
            ExclusionConstraint(
                name="contract_one_firm_at_a_time",
                expressions=[
                    ("compound", RangeOperators.EQUAL),
                    (DateRange("starts", "ends", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Term(TenantModel):
    """A dated term (届) of an owners' committee or preparatory group in a compound. The last day counts."""

    committee = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("第几届"), default=1)
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")), name="term_ends_after_start"
            ),
            ExclusionConstraint(
                name="term_one_at_a_time",
                expressions=[
                    ("compound", RangeOperators.EQUAL),
                    ("committee", RangeOperators.EQUAL),
                    (DateRange("starts", "ends", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Post(models.Model):
    """A dated post: who holds which role in which organisation, and on what basis. Rights are held on these days only."""

    class Role(models.TextChoices):
        """Roles within a party; ``parties.rules.ROLES`` says which party has which."""

        SECRETARY = "secretary", _("书记")
        OFFICER = "officer", _("专员")
        PART_TIME_MEMBER = "part_time_member", _("兼职委员")
        DIRECTOR = "director", _("主任")
        CHAIR = "chair", _("主任")
        VICE_CHAIR = "vice_chair", _("副主任")
        MEMBER = "member", _("委员")
        LEADER = "leader", _("负责人")
        MANAGER = "manager", _("项目经理")
        DISPATCHER = "dispatcher", _("客服调度")
        WORKER = "worker", _("维修工")

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    role = models.CharField(_("职务"), max_length=20, choices=Role)
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200)
    # None: every compound that the organisation covers; else only these of them (a worker of one project).
    only_compounds = ArrayField(models.BigIntegerField(), null=True, blank=True)
    # 双向进入、交叉任职: the post in another party from which this one was entered.
    cross_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="cross_posts")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "organisation"], name="post_person_org")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")), name="post_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_role_display()}"
