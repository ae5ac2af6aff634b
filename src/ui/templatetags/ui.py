"""Template tags of the interface: icons, badges of the three parties, masks, progress, times, paging."""

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ui import words
from ui.loader import constant

register = template.Library()

SPRITE = Path(__file__).resolve().parent.parent / "static" / "ui" / "icons.svg"
UNKNOWN_ICON = "dots"
HOURS = re.compile(r"\d{2}:\d{2}-\d{2}:\d{2}")

# party -> (label, icon, class). The three parties are told apart by word and icon as well as by colour.
PARTIES = {
    "community": (gettext_lazy("社区党组织"), "flag-filled", "party-community"),
    "committee": (gettext_lazy("业委会"), "users-group", "party-committee"),
    "company": (gettext_lazy("物业"), "tools", "party-company"),
    "residents": (gettext_lazy("居委会"), "building-community", "party-residents"),
    "preparatory": (gettext_lazy("筹备组"), "clipboard-list", "party-preparatory"),
    "street": (gettext_lazy("街道"), "building-bank", "party-office"),
    "city": (gettext_lazy("市级部门"), "building-bank", "party-office"),
    "resident": (gettext_lazy("业主"), "user", "party-resident"),
    "system": (gettext_lazy("系统"), "settings", "party-resident"),
}


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """The names in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
@constant
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite. Hidden from screen readers unless it has a ``label``; ``size`` is "", "s", "l" or "xl"."""
    return _icon(name, str(label), size)


@lru_cache(maxsize=512)
def _icon(name: str, label: str, size: str) -> SafeString:
    known = name if name in icon_names() else UNKNOWN_ICON
    address = f"{static('ui/icons.svg')}#{known}"
    classes = f"icon icon-{size}" if size else "icon"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', classes, label, address)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', classes, address)


@register.simple_tag
def party_badge(party: str, label: str = "") -> SafeString:
    """The badge of a party: icon, word, colour. ``label`` says it in other words, such as the organisation's name."""
    word, symbol, classes = PARTIES.get(party, (party, "user", "party-resident"))
    return format_html('<span class="badge party {}">{}{}</span>', classes, icon(symbol), label or word)


@register.simple_tag
def masked(name: str) -> str:
    """A name as it is shown by default: 张*."""
    return words.masked_name(name or "")


@register.filter
def masked_phone(phone: str) -> str:
    """A telephone number as it is shown by default: 138****1234."""
    return words.masked_phone(phone or "")


@register.filter
def kept_hours(text: str) -> SafeString:
    """A text in which hours such as 16:00-24:00 are not broken over two lines."""
    return mark_safe(HOURS.sub(r'<span class="hours">\g<0></span>', conditional_escape(text)))  # noqa: S308 - escaped before


@register.inclusion_tag("ui/progress.html")
def progress(
    have: int | Decimal,
    of: int | Decimal,
    mark: int | Decimal | None = None,
    *,
    label: str = "",
    unit: str = "",
    mark_label: str = "",
) -> dict[str, Any]:
    """A bar of ``have`` out of ``of`` with the legal ``mark`` on it (all in ``unit``), and the same in words."""
    whole = Decimal(of)
    part = Decimal(have)
    limit = Decimal(mark) if mark is not None else None

    def share(value: Decimal) -> Decimal:
        return min(Decimal(100), max(Decimal(0), value * 100 / whole)) if whole else Decimal(0)

    return {
        "have": have,
        "of": of,
        "mark": mark,
        "label": label,
        "unit": unit,
        "mark_label": mark_label or _("法定线"),
        "percent": f"{share(part):.1f}".removesuffix(".0"),
        "width": f"{share(part):.2f}",
        "mark_at": f"{share(limit):.2f}" if limit is not None else None,
        "missing": limit - part if limit is not None and part < limit else None,
        "reached": limit is not None and part >= limit,
    }


@register.simple_tag
def relative_time(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """A ``<time>`` in words: 3分钟前, 明天 18:00 前; the exact time stands in its title."""
    return _time(moment, words.relative_time(moment, now), "") if moment else ""


@register.simple_tag
def deadline(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """A limit as a ``<time>``: 明天 18:00 前, and 已超时 3小时 (class ``late``) once it has passed."""
    if not moment:
        return ""
    late = moment <= (now or timezone.now())
    return _time(moment, words.deadline(moment, now), "late" if late else "")


def _time(moment: datetime, spoken: str, classes: str) -> SafeString:
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M}",
        format_html(' class="{}"', classes) if classes else "",
        spoken,
    )


@register.simple_tag(takes_context=True)
def query_replace(context: template.Context, **changes: Any) -> str:
    """The page's query string with some parts changed, for paging and filters: ``?{% query_replace page=2 %}``."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return str(query.urlencode())


@register.filter
def widget_kind(bound: Any) -> str:
    """How a field is laid out: "check" (one box), "choices" (several boxes or radios), else "input"."""
    kind = getattr(bound.field.widget, "input_type", "")
    if getattr(bound.field.widget, "option_template_name", "") and kind in ("radio", "checkbox"):
        return "choices"
    return "check" if kind == "checkbox" else "input"
