"""What messages say. Apps above register their texts in ``AppConfig.ready()``; they are rendered when queued."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from messaging.models import Channel

TITLE_LIMIT = 120


class UnknownTemplateError(LookupError):
    """No app has registered this template. A programming error."""


@dataclass(frozen=True, slots=True)
class Template:
    """A registered text: lazily translated, with ``%(name)s`` where the context goes."""

    code: str
    title: str | Promise
    body: str | Promise
    channels: tuple[str, ...]


_templates: dict[str, Template] = {}


def register(
    code: str, *, title: str | Promise, body: str | Promise, channels: tuple[str, ...] = ("in_app", "sms", "email")
) -> None:
    """Make a template known under ``<app>.<noun>_<what happened>``.

    ``channels`` are those that it may use at all: the inbox always, the others by the person's choice, and a text message
    whenever the message is urgent. For text messages the gateway maps the code to the number that it approved.
    """
    unknown = set(channels) - set(Channel.values)
    if unknown or "in_app" not in channels:
        raise ValueError(f"{code}: channels are in_app and any of {Channel.values}.")
    _templates[code] = Template(code, title, body, tuple(channels))
    _wording.cache_clear()


_kinds: dict[str, str | Promise] = {}


def register_kind(kind: str, label: str | Promise) -> None:
    """Let people choose a channel for the messages of one kind: the first part of their codes."""
    _kinds[kind] = label


def kinds() -> list[tuple[str, str | Promise]]:
    """Every kind that can be chosen, in the order of registration."""
    return list(_kinds.items())


def kind_of(code: str) -> str:
    """The kind of a template."""
    return code.partition(".")[0]


def find(code: str) -> Template:
    """The template of a code; UnknownTemplateError when there is none."""
    try:
        return _templates[code]
    except KeyError:
        raise UnknownTemplateError(code) from None


def registered() -> list[Template]:
    """Every template, by code: for the check of translations and for the operator's list."""
    return [_templates[code] for code in sorted(_templates)]


def render(template: Template, context: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Title and body in each language of the portal. Raises KeyError when the context lacks something they name."""
    return {
        language: ((title % context)[:TITLE_LIMIT], body % context)
        for language, _name in settings.LANGUAGES
        for title, body in [_wording(template, language)]
    }


class _Gaps(dict[str, str]):
    """A context in which whatever is not known yet reads as an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "……"


def preview(code: str, context: Mapping[str, str], language: str) -> tuple[str, str]:
    """Title and body as a person of that language will read them; what the context lacks is an ellipsis."""
    title, body = _wording(find(code), language)
    known = _Gaps(context)
    return (title % known)[:TITLE_LIMIT], body % known


@functools.cache
def _wording(template: Template, language: str) -> tuple[str, str]:
    with translation.override(language):
        return str(template.title), str(template.body)
