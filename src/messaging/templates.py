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


@functools.cache
def _wording(template: Template, language: str) -> tuple[str, str]:
    with translation.override(language):
        return str(template.title), str(template.body)
