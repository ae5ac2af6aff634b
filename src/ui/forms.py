"""How Django's forms are drawn: each field with label, hint and error, from ``templates/ui/field.html``; ``flat``, ``offer``."""

import copy
from collections.abc import Iterable
from typing import Any, TypeVar

from django.forms import BaseForm, ChoiceField, Field
from django.forms.renderers import TemplatesSetting

AnyForm = TypeVar("AnyForm", bound=BaseForm)


class FormRenderer(TemplatesSetting):
    """Draws ``{{ form }}`` and ``{{ form.x.as_field_group }}`` with the portal's templates."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


class _Flat(dict[str, Field]):
    """Fields of a form class. Each form gets copies of them and of their widgets, flat."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, Field]:
        return {name: _copied(field) for name, field in self.items()}


def _copied(field: Field) -> Field:
    made = copy.copy(field)
    made.widget = copy.copy(field.widget)
    made.widget.attrs = {**field.widget.attrs}
    return made


def flat(form: type[AnyForm]) -> type[AnyForm]:
    """A class decorator for a form of many plain fields: a form is made in a third of the time.

    Django copies every field with its choices, words and validators, deeply, for each form. What a form may set of its own
    (``initial``, ``required``, ``choices``, a widget's ``attrs``) is its own here too; it must not change a list of choices
    or a table of error messages in place, and its widgets must not have widgets in them.
    """
    form.base_fields = _Flat(form.base_fields)  # type: ignore[attr-defined]  # the metaclass makes it
    return form


def offer(form: BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Give a field of choices what is known only when the form is made: ``(value, words)`` in the order of the page.

    Raises ``KeyError`` for a field that the form has not, ``TypeError`` for one that offers no choices.
    """
    field = form.fields[name]
    if not isinstance(field, ChoiceField):
        raise TypeError(name)
    field.choices = list(choices)  # a list that came in stays its owner's
