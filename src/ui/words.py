"""Words for times and names, in plain functions that pages, messages and papers share."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache, wraps
from typing import ParamSpec

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

Given = ParamSpec("Given")

# The family names of two characters that are still common; the mask keeps the whole family name.
TWO_CHARACTER_NAMES = (
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 夏侯 司徒 司空 令狐 宇文 长孙 慕容 "
    "鲜于 闻人 端木 百里 呼延 南宫 轩辕 西门 独孤 拓跋 申屠 太史 淳于 公羊 濮阳"
)
# What owns a home and is no person ends with one of these; a person's name is no longer than five characters.
ENDINGS = ("公司", "合作社", "委员会", "事务所", "银行", "医院", "学校", "中心", "厂", "店")
PERSON = 5
STARS = 3
MOMENT = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def by_language(function: Callable[Given, str]) -> Callable[Given, str]:
    """Remember the texts that a function made, by language and arguments, the last 4096.

    For functions that put words together and depend on nothing else: a list says the same few things in every row, and
    looking up one text in seven catalogues takes longer than the rest of the row.
    """

    @lru_cache(maxsize=4096)
    def known(_language: str | None, *given: Given.args, **named: Given.kwargs) -> str:
        return function(*given, **named)

    @wraps(function)
    def said(*given: Given.args, **named: Given.kwargs) -> str:
        return known(get_language(), *given, **named)  # type: ignore[arg-type]  # hashable, or the cache says so

    return said


def masked_name(name: str) -> str:
    """A name as it is shown by default: 张* for 张三, 张** for 张小三, 欧阳* for 欧阳修, 永嘉***公司 for a firm.

    Three stars at most: a longer name is not told by its length.
    """
    name = name.strip()
    if len(name) > PERSON and name.endswith(ENDINGS):
        return name[:2] + "*" * STARS + next(ending for ending in ENDINGS if name.endswith(ending))
    kept = 2 if len(name) > 2 and f" {name[:2]} " in f" {TWO_CHARACTER_NAMES} " else 1  # noqa: PLR2004  a family name of two
    return name[:kept] + "*" * min(len(name) - kept, STARS)


def masked_phone(phone: str) -> str:
    """A telephone number as it is shown by default: 138****1234."""
    national = phone.strip().removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}" if len(national) > 7 else "*" * len(national)  # noqa: PLR2004


def span(length: timedelta) -> str:
    """A length of time in its largest unit: 5分钟, 3小时, 2天."""
    if length < HOUR:
        return _minutes(max(1, int(length / MOMENT)))
    return _hours(int(length / HOUR)) if length < DAY else _days(length.days)


@by_language
def _minutes(count: int) -> str:
    return ngettext("%(count)d分钟", "%(count)d分钟", count) % {"count": count}


@by_language
def _hours(count: int) -> str:
    return ngettext("%(count)d小时", "%(count)d小时", count) % {"count": count}


@by_language
def _days(count: int) -> str:
    return ngettext("%(count)d天", "%(count)d天", count) % {"count": count}


_NEAR = {-1: gettext_lazy("昨天"), 0: gettext_lazy("今天"), 1: gettext_lazy("明天"), 2: gettext_lazy("后天")}


@by_language
def _day(day: date, today: date) -> str:
    """A day as people say it: 今天, 明天, 昨天, 11月3日, 2025年11月3日."""
    apart = (day - today).days
    if apart in _NEAR:
        return str(_NEAR[apart])
    parts = {"year": day.year, "month": day.month, "day": day.day}
    return (_("%(month)d月%(day)d日") if day.year == today.year else _("%(year)d年%(month)d月%(day)d日")) % parts


@by_language
def _moment(day: date, hour: int, minute: int, today: date) -> str:
    return _("%(day)s %(time)s") % {"day": _day(day, today), "time": f"{hour:02}:{minute:02}"}


def spoken_moment(moment: datetime, now: datetime | None = None) -> str:
    """A moment as people say it: 明天 18:00, 11月3日 09:30. Local time."""
    here = timezone.get_current_timezone()
    moment = moment.astimezone(here)
    return _moment(moment.date(), moment.hour, moment.minute, (now or timezone.now()).astimezone(here).date())


def relative_time(moment: datetime, now: datetime | None = None) -> str:
    """Past: 刚刚, 3分钟前, 2小时前 (same day), 昨天 18:00. Future, as a limit: 明天 18:00 前."""
    now = now or timezone.now()
    if moment > now:
        return _before(spoken_moment(moment, now))
    gone = now - moment
    if gone < MOMENT:
        return _("刚刚")
    if gone < HOUR or (gone < DAY and timezone.localdate(moment) == timezone.localdate(now)):
        return _ago(span(gone))
    return spoken_moment(moment, now)


@by_language
def _before(moment: str) -> str:
    return _("%(moment)s 前") % {"moment": moment}


@by_language
def _ago(length: str) -> str:
    return _("%(span)s前") % {"span": length}


def deadline(moment: datetime, now: datetime | None = None) -> str:
    """A limit: 明天 18:00 前 while it lasts, 已超时 3小时 after it."""
    now = now or timezone.now()
    if moment > now:
        return relative_time(moment, now)
    return _late_by(span(now - moment))


@by_language
def _late_by(length: str) -> str:
    return _("已超时 %(span)s") % {"span": length}
