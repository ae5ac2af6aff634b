"""How a request is shown in lists: the icon of its category and the badge of its state."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from messaging.queries import preview
from repairs.messages import SAID_BY_STEP
from repairs.models import Category, Request, State
from repairs.ongoing import Ongoing
from repairs.queries import COUNTED, Member
from repairs.rules.categories import CATEGORIES
from repairs.words import without_numbers
from ui.templatetags.ui import icon

register = template.Library()
SELECTED = SafeString(" selected")


@register.inclusion_tag("messaging/_preview.html")
def step_preview(action: str, case: Request) -> dict[str, Any]:
    """What the resident will be told when this step is taken; nothing for a step of their own."""
    code = SAID_BY_STEP.get(action)
    if code is None:
        return {"said": None}
    worker = case.worker.name if case.worker_id is not None and case.worker is not None else ""
    known = {"number": case.number, "place": case.place_text, "worker": worker}
    return {"said": preview(code, {name: value for name, value in known.items() if value}, get_language() or "zh-hans")}


@register.simple_tag
def incident_line(incident: Ongoing) -> str:
    """A mass incident that goes on, in one sentence."""
    return incident.line(timezone.now())


# state -> (tone, icon): told apart by word and icon as well as by colour.
STATES = {
    "submitted": ("warn", "send"),
    "accepted": ("info", "user-check"),
    "assigned": ("info", "user"),
    "working": ("info", "tool"),
    "paused": ("warn", "clock"),
    "awaiting": ("warn", "hourglass"),
    "done": ("good", "circle-check"),
    "returned": ("neutral", "arrow-back-up"),
    "closed": ("neutral", "lock"),
    "merged": ("neutral", "arrow-right"),
    "withdrawn": ("neutral", "x"),
}


@register.filter
def category_icon(category: str) -> str:
    """The sprite's name for a category."""
    known = CATEGORIES.get(category)
    return known.icon if known else "dots"


@register.simple_tag
def category_word(category: str) -> str:
    """A category in the words of residents."""
    return str(Category(category).label)


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """A state as a badge."""
    tone, symbol = STATES[state]
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(symbol), State(state).label)


@register.filter
def counted(number: int) -> str:
    """A number of the board, which counts up to a thousand in each state: 1000+."""
    return f"{number}+" if number >= COUNTED else str(number)


@register.simple_tag
def crew_options(crew: tuple[Member, ...], present: int | None = None, suggested: int | None = None) -> SafeString:
    """The workers of a firm as options, each with how much they have open; without the one who has it now.

    Whom the rules suggest is chosen already.
    """
    return format_html_join(
        "",
        '<option value="{}"{}>{}({})</option>',
        (
            (member.post_id, SELECTED if member.post_id == suggested else "", member.name, member.open)
            for member in crew
            if member.post_id != present
        ),
    )


register.filter("without_numbers", without_numbers)
