"""Words for times and names, in plain functions that pages, messages and papers share."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# The family names of two characters that are still common; the mask keeps the whole family name.
TWO_CHARACTER_NAMES = (
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 夏侯 司徒 司空 令狐 宇文 长孙 慕容 "
    "鲜于 闻人 端木 百里 呼延 南宫 轩辕 西门 独孤 拓跋 申屠 太史 淳于 公羊 濮阳"
)
MOMENT = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def masked_name(name: str) -> str:
    """A name as it is shown by default: 张* for 张三, 张** for 张小三, 欧阳* for 欧阳修."""
    name = name.strip()
    kept = 2 if len(name) > 2 and f" {name[:2]} " in f" {TWO_CHARACTER_NAMES} " else 1  # noqa: PLR2004  a family name of two
    return name[:kept] + "*" * (len(name) - kept)


def masked_phone(phone: str) -> str:
    """A telephone number as it is shown by default: 138****1234."""
    national = phone.strip().removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}" if len(national) > 7 else "*" * len(national)  # noqa: PLR2004


def span(length: timedelta) -> str:
    """A length of time in its largest unit: 5分钟, 3小时, 2天."""
    if length < HOUR:
        count = max(1, int(length / MOMENT))
        return ngettext("%(count)d分钟", "%(count)d分钟", count) % {"count": count}
    if length < DAY:
        count = int(length / HOUR)
        return ngettext("%(count)d小时", "%(count)d小时", count) % {"count": count}
    count = length.days
    return ngettext("%(count)d天", "%(count)d天", count) % {"count": count}


_NEAR = {-1: gettext_lazy("昨天"), 0: gettext_lazy("今天"), 1: gettext_lazy("明天"), 2: gettext_lazy("后天")}


def _day(moment: datetime, now: datetime) -> str:
    """A day as people say it: 今天, 明天, 昨天, 11月3日, 2025年11月3日."""
    apart = (moment.date() - now.date()).days
    if apart in _NEAR:
        return str(_NEAR[apart])
    parts = {"year": moment.year, "month": moment.month, "day": moment.day}
    return (_("%(month)d月%(day)d日") if moment.year == now.year else _("%(year)d年%(month)d月%(day)d日")) % parts


def spoken_moment(moment: datetime, now: datetime | None = None) -> str:
    """A moment as people say it: 明天 18:00, 11月3日 09:30. Local time."""
    now = timezone.localtime(now or timezone.now())
    moment = timezone.localtime(moment)
    return _("%(day)s %(time)s") % {"day": _day(moment, now), "time": f"{moment:%H:%M}"}


def relative_time(moment: datetime, now: datetime | None = None) -> str:
    """Past: 刚刚, 3分钟前, 2小时前 (same day), 昨天 18:00. Future, as a limit: 明天 18:00 前."""
    now = timezone.localtime(now or timezone.now())
    moment = timezone.localtime(moment)
    if moment > now:
        return _("%(moment)s 前") % {"moment": spoken_moment(moment, now)}
    gone = now - moment
    if gone < MOMENT:
        return _("刚刚")
    if gone < HOUR or (gone < DAY and moment.date() == now.date()):
        return _("%(span)s前") % {"span": span(gone)}
    return spoken_moment(moment, now)


def deadline(moment: datetime, now: datetime | None = None) -> str:
    """A limit: 明天 18:00 前 while it lasts, 已超时 3小时 after it."""
    now = timezone.localtime(now or timezone.now())
    if moment > now:
        return relative_time(moment, now)
    return _("已超时 %(span)s") % {"span": span(now - moment)}
