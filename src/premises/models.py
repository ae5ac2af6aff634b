"""Buildings, entrances, homes; who owns them and who lives there, and who confirmed it."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from premises.states import MACHINE
from tenancy.models import TenantForeignKey, TenantModel


class Source(models.TextChoices):
    """Where a fact of the register comes from."""

    REGISTER = "register", _("不动产登记")
    SURVEY = "survey", _("测绘报告")
    CONTRACT = "contract", _("买卖合同")
    OFFICE = "office", _("物业台账")


class Building(TenantModel):
    """A building (幢)."""

    name = models.CharField(_("楼幢"), max_length=20)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "name"], name="building_name")]

    def __str__(self) -> str:
        return self.name


class Entrance(TenantModel):
    """An entrance of a building (单元)."""

    building: Any = TenantForeignKey(Building, related_name="entrances")
    name = models.CharField(_("单元"), max_length=20)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "building", "name"], name="entrance_name")]

    def __str__(self) -> str:
        return self.name


class Home(TenantModel):
    """An exclusive part (专有部分): a flat or a shop, with its exclusive area exact to 0.0001 m2."""

    class Use(models.TextChoices):
        """What the unit is for, as registered."""

        DWELLING = "dwelling", _("住宅")
        SHOP = "shop", _("商铺")
        OFFICE = "office", _("办公")
        PARKING = "parking", _("车位")

    entrance: Any = TenantForeignKey(Entrance, related_name="homes")
    room = models.CharField(_("室号"), max_length=12)
    floor = models.SmallIntegerField(_("楼层"))
    # Kept beside the tree so that lists name a home without three joins; written by the action that makes the home.
    address = models.CharField(_("门牌"), max_length=60)
    area = models.DecimalField(_("专有部分面积(平方米)"), max_digits=12, decimal_places=4)
    area_source = models.CharField(_("面积来源"), max_length=10, choices=Source, default=Source.OFFICE)
    use = models.CharField(_("用途"), max_length=10, choices=Use, default=Use.DWELLING)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    # A home that was split or joined into others: it keeps its history and is no part of the register from that day on.
    ends = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "entrance", "room"], name="home_room"),
            models.UniqueConstraint(fields=["compound", "address"], name="home_address"),
            models.CheckConstraint(condition=Q(area__gt=0), name="home_area_positive"),
        ]

    def __str__(self) -> str:
        return self.address


class Owner(TenantModel):
    """One registered owner of a home with a share; the shares of a home's present owners never exceed the whole.

    ``phone_cipher`` is what the register says of their telephone: one or more E.164 numbers with spaces between,
    encrypted, or empty. ``phone_digests`` finds them (``accounts.crypto.digest`` of each number, as ``Person.phone_digest``).
    It is the register's word, not a verified number: who signs in is ``person``, once someone has matched them.
    """

    home: Any = TenantForeignKey(Home, related_name="owners")
    name = models.CharField(_("业主姓名"), max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    share_numerator = models.PositiveIntegerField(default=1)
    share_denominator = models.PositiveIntegerField(default=1)
    source = models.CharField(_("来源"), max_length=10, choices=Source, default=Source.OFFICE)
    position = models.PositiveSmallIntegerField(default=0)  # the order in which the register names a home's owners
    phone_cipher = models.TextField(_("登记电话(密文)"), blank=True)
    phone_digests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(share_numerator__gte=1) & Q(share_numerator__lte=F("share_denominator")),
                name="owner_share_within_whole",
            ),
        ]


class Occupancy(TenantModel):
    """The link from a person to a home: as what, since when, and who confirmed it."""

    class Relation(models.TextChoices):
        """As what a person belongs to a home."""

        OWNER = "owner", _("业主")
        FAMILY = "family", _("家属")
        TENANT = "tenant", _("租户")

    class State(models.TextChoices):
        """Only a confirmed link gives rights."""

        CLAIMED = "claimed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")
        ENDED = "ended", _("已迁出")

    class Route(models.TextChoices):
        """How it was confirmed: nobody is let in without it being written how."""

        OFFICE = "office", _("经办人核实")
        MATCH = "match", _("与业主登记一致")
        INVITATION = "invitation", _("住户邀请")

    home: Any = TenantForeignKey(Home, related_name="occupancies")
    person = models.ForeignKey(Person, models.PROTECT, related_name="occupancies")
    relation = models.CharField(_("身份"), max_length=10, choices=Relation)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.CLAIMED)
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_as = models.CharField(_("以何职务确认"), max_length=120, blank=True)
    decided_post = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(_("依据或理由"), max_length=200, blank=True)
    route = models.CharField(_("确认方式"), max_length=10, choices=Route, blank=True)
    # What the claimant says for themselves, and since when they wait; who of the home let them in, for an invitation.
    note = models.CharField(_("说明"), max_length=200, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    through: Any = TenantForeignKey("self", null=True, blank=True, related_name="+")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ended_as = models.CharField(_("以何职务办理迁出"), max_length=120, blank=True)
    ended_post = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("迁出原因"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "person"], name="occupancy_compound_person"),
            models.Index(fields=["compound", "claimed_at"], name="occupancy_waiting", condition=Q(state="claimed")),
            models.Index(
                fields=["compound", "ends"], name="occupancy_ending", condition=Q(state="confirmed", ends__isnull=False)
            ),
            # Read before any scope exists, through the entry policy: where does this person live.
            models.Index(fields=["person"], name="occupancy_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "home", "person"],
                condition=Q(state__in=["claimed", "confirmed"]),
                name="occupancy_once",
            ),
            models.CheckConstraint(condition=Q(state__in=MACHINE.state_values()), name="occupancy_state_known"),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ends__isnull=False, ended_at__isnull=False), name="occupancy_ended_when"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="occupancy_ends_after_start"
            ),
        ]
