"""The days that differ from the week, as the State Council's yearly notice lists them. Shared by all compounds."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Year(models.Model):
    """A year whose notice is entered in full. Deadlines beyond the last such year say that they are not certain."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("已录入的年份")
        ordering: ClassVar = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class Day(models.Model):
    """One day off, or one Saturday or Sunday that is worked instead (调休)."""

    class Kind(models.TextChoices):
        """The two ways in which a day differs from the week."""

        HOLIDAY = "holiday", _("休息")
        WORKDAY = "workday", _("上班")

    date = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("安排"), max_length=10, choices=Kind)
    name = models.CharField(_("名称"), max_length=40)
    source = models.CharField(_("依据"), max_length=200)
    changed_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("节假日")
        ordering: ClassVar = ["date"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=["holiday", "workday"]), name="calendars_day_kind")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
