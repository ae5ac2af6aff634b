"""Areas (city, street, community), compounds (the tenants), and the base of every table that belongs to a compound."""

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models
from django.db.models.base import ModelBase
from django.utils.translation import gettext_lazy as _

from tenancy.fields import TenantForeignKey
from tenancy.scope import ScopeError, current_scope

__all__ = ["Area", "Compound", "TenantForeignKey", "TenantManager", "TenantModel", "TenantQuerySet"]

M = TypeVar("M", bound="TenantModel", covariant=True)


class AreaQuerySet(models.QuerySet["Area"]):
    """Filters on areas."""

    def of_level(self, level: str) -> "AreaQuerySet":
        """Keep one level of the tree."""
        return self.filter(level=level)


class Area(models.Model):
    """A node of the tree city -> street -> community, by its statistical code (国家统计局统计用区划代码)."""

    class Level(models.TextChoices):
        """The three levels at which the parties' offices sit (市—街—社)."""

        CITY = "city", _("市")
        STREET = "street", _("街道")
        COMMUNITY = "community", _("社区")

    code = models.CharField(_("统计代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level="city", parent__isnull=True)
                | (~models.Q(level="city") & models.Q(parent__isnull=False)),
                name="area_root_is_city",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Compound(models.Model):
    """A residential compound (小区): the tenant. Everything that happened in it stays with it."""

    code = models.SlugField(_("小区代码"), max_length=24, unique=True)
    name = models.CharField(_("小区名称"), max_length=60)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    community = models.ForeignKey(Area, models.PROTECT, related_name="compounds")

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class TenantQuerySet(models.QuerySet[M], Generic[M]):
    """A queryset that can write only inside the open scope."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """As Django's, after checking every row against the scope."""
        rows = list(objs)
        for row in rows:
            row.check_scope()
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's; a row never moves to another compound."""
        if "compound" in kwargs or "compound_id" in kwargs:
            raise ScopeError("A row cannot move to another compound.")
        return super().update(**kwargs)


class TenantManager(models.Manager[M], Generic[M]):
    """Sees the rows of the open scope only, and refuses to answer without one."""

    _queryset_class: type[TenantQuerySet[Any]] = TenantQuerySet

    def get_queryset(self) -> TenantQuerySet[M]:
        """Name the compounds in the query too: an array policy alone gives the index no order."""
        ids = current_scope().compound_ids
        rows: TenantQuerySet[M] = self._queryset_class(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]
        return rows.filter(compound_id=ids[0]) if len(ids) == 1 else rows.filter(compound_id__in=ids)


class TenantModel(models.Model):
    """Base of every table that belongs to a compound.

    Its Meta must be inherited (``class Meta(TenantModel.Meta)``) so that related lookups use the scoped manager too;
    its migration must call ``tenancy.operations.IsolateTable``. Both are held by tests/architecture.
    """

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="+", db_index=False, verbose_name=_("小区"))

    objects: ClassVar[TenantManager[Any]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def check_scope(self) -> None:
        """Raise ScopeError when the row's compound is not in the open scope."""
        if self.compound_id not in current_scope():
            raise ScopeError(f"{self._meta.label} row of compound {self.compound_id} is outside the open scope.")

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Check the scope at the one point through which every single-row write passes."""
        self.check_scope()
        super().save_base(*args, **kwargs)


def tenant_models() -> list[ModelBase]:
    """Every concrete model that belongs to a compound."""
    from django.apps import apps

    return [m for m in apps.get_models() if issubclass(m, TenantModel)]
