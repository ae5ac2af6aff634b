"""The parts of every page's shell, filled into stencils: the same for everyone but for a few words and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from ui.loader import constant
from ui.navigation import ShownTab
from ui.stencil import Stencil, hole

register = template.Library()

_TOPBAR = Stencil("shell/topbar.html", ("place", "label", "csrf_token", "path"))
_FOOTER = Stencil("shell/footer.html", ("csrf_token", "path"))
_SIDENAV = Stencil("shell/sidenav.html", ("phone",))
_TABBAR = Stencil("shell/tabbar.html", ("phone",))


@register.simple_tag
@constant
def settled(name: str) -> SafeString:
    """A template that depends on nothing but the language."""
    return render_to_string(name)


@register.simple_tag(takes_context=True)
def topbar(context: template.Context) -> SafeString:
    """Brand, compound, what the person acts as, and the switch of the type size."""
    actor, shell = context.get("actor"), context["shell"]
    place = ""
    if actor is not None:
        place = getattr(context.get("compound"), "name", "") or str(shell.provided["compound_name"])
        if place in actor.label:  # a resident's standing names its place already: 望江花园 居民
            place = ""
    return _TOPBAR.fill(
        {"acting": actor is not None, "has_place": bool(place), "large": shell.large},
        {"place": place, "label": actor.label if actor is not None else "", **_form(context)},
    )


@register.simple_tag(takes_context=True)
def footer(context: template.Context) -> SafeString:
    """The choice of the language."""
    return _FOOTER.fill({"lang": context["shell"].lang}, _form(context))


@register.simple_tag(takes_context=True)
def sidenav(context: template.Context) -> SafeString:
    """The tabs beside the page, on wide screens."""
    shell = context["shell"]
    phone = _phone(context)
    tabs, holes = _slots(shell.tabs)
    return _SIDENAV.fill({"tabs": tabs, "has_phone": bool(phone)}, {"phone": phone, **holes})


@register.simple_tag(takes_context=True)
def tabbar(context: template.Context) -> SafeString:
    """The tabs below the page, on phones."""
    shell = context["shell"]
    phone = _phone(context)
    tabs, holes = _slots(shell.tabs)
    size = len(shell.bar)
    return _TABBAR.fill(
        {"bar": tabs[:size], "more": tabs[size:], "large": shell.large, "has_phone": bool(phone)},
        {"phone": phone, **holes},
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """A tab as the stencil sees it: which one and how it looks; where it leads and how much waits are holes."""

    icon: str
    active: bool
    counted: bool
    setting: bool
    # The language and the icon tell the label: the same tab.
    label: str | Promise = field(compare=False)
    url: SafeString = field(compare=False)
    count: SafeString = field(compare=False)


def _slots(tabs: Sequence[ShownTab]) -> tuple[tuple[_Slot, ...], dict[str, str]]:
    slots = tuple(
        _Slot(tab.icon, tab.active, bool(tab.count), tab.setting, tab.label, hole(f"url{at}"), hole(f"count{at}"))
        for at, tab in enumerate(tabs)
    )
    holes = {f"url{at}": tab.url for at, tab in enumerate(tabs)}
    holes |= {f"count{at}": str(tab.count) for at, tab in enumerate(tabs)}
    return slots, holes


def _phone(context: template.Context) -> str:
    """The property office's telephone, which 长者模式 has always in sight."""
    shell = context["shell"]
    return str(shell.provided["property_phone"]) if shell.large and context.get("actor") is not None else ""


def _form(context: template.Context) -> dict[str, str]:
    request: Any = context.get("request")
    return {
        "csrf_token": str(context.get("csrf_token") or ""),
        "path": request.get_full_path() if request is not None else "/",
    }
