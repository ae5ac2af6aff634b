"""A browser without a screen: it opens pages, reads the forms that they offer, and sends one back as a person would.

Only what a page offers can be sent: a button that is not there, a field that is not in the form, a choice that is not in the
list fail the story.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

MOST_REDIRECTS = 6
Given = str | Sequence[str] | SimpleUploadedFile


@dataclass
class Field:
    """One name in a form: what stands in it, and the choices by value, with their words, where there are any."""

    kind: str
    values: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)

    def chosen(self, wanted: str) -> str:
        """The value of a choice that is named by its value or by its words."""
        if wanted in self.choices:
            return wanted
        whole = [value for value, words in self.choices.items() if words == wanted]
        found = whole or [value for value, words in self.choices.items() if wanted in words]
        assert len(found) == 1, (wanted, self.choices)
        return found[0]


@dataclass
class Form:
    """A form as it stands on a page. ``buttons`` are (words, name, value)."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def filled(self, given: dict[str, Given]) -> dict[str, Any]:
        """What the browser sends after someone has filled this in."""
        sent: dict[str, Any] = {}
        for name, one in self.fields.items():
            if one.kind != "file" and one.values:
                sent[name] = one.values if len(one.values) > 1 else one.values[0]
        for name, value in given.items():
            assert name in self.fields, (name, sorted(self.fields), self.action)
            sent[name] = self._put(self.fields[name], value)
        return sent

    @staticmethod
    def _put(one: Field, value: Given) -> Any:
        if isinstance(value, SimpleUploadedFile):
            assert one.kind == "file"
            return value
        if one.choices and isinstance(value, str):
            return one.chosen(value)
        if isinstance(value, str):
            return value
        if one.kind == "file":
            return list(value)
        if one.kind == "checkbox":
            return [one.chosen(single) for single in value]
        # A table of lines: the first ones are typed over.
        assert len(value) <= len(one.values), (value, one)
        return [*value, *one.values[len(value) :]]


class _Reader(HTMLParser):
    """Collects forms and links. A control outside a form that names one by ``form=`` belongs to a script and is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._text: list[str] = []
        self._catch: str = ""
        self._select: Field | None = None
        self._option: tuple[str, bool] | None = None
        self._button: tuple[str, str] | None = None
        self._label: list[tuple[Field, str]] | None = None
        self._href = ""
        self._area: Field | None = None
        self._template = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: C901  tags
        got = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._template += 1
        if self._template:
            return
        if tag == "form":
            self._form = Form(got.get("action", ""), got.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a":
            self._href, self._text = got.get("href", ""), []
            self._catch = "a"
        elif tag == "label":
            self._label, self._text = [], []
        elif self._form is None or "form" in got or "disabled" in got:
            return
        elif tag == "input":
            self._input(got)
        elif tag == "select":
            self._select = self._form.fields.setdefault(got.get("name", ""), Field("select"))
            self._select.values.append("")
        elif tag == "option" and self._select is not None:
            self._option, self._text = (got.get("value", ""), "selected" in got), []
        elif tag == "textarea":
            self._area = self._form.fields.setdefault(got.get("name", ""), Field("text"))
            self._text = []
        elif tag == "button" and got.get("type", "submit") == "submit":
            self._button, self._text = (got.get("name", ""), got.get("value", "")), []

    def _input(self, got: dict[str, str]) -> None:
        assert self._form is not None
        kind, name, value = got.get("type", "text"), got.get("name", ""), got.get("value", "")
        if not name:
            return
        if kind in {"radio", "checkbox"}:
            one = self._form.fields.setdefault(name, Field(kind))
            value = got.get("value", "on")
            one.choices[value] = ""
            if "checked" in got:
                one.values.append(value)
            if self._label is not None:
                self._label.append((one, value))
        else:
            self._form.fields.setdefault(name, Field("file" if kind == "file" else "text")).values.append(value)

    def handle_endtag(self, tag: str) -> None:
        words = " ".join("".join(self._text).split())
        if tag == "template":
            self._template -= 1
        elif tag == "form":
            self._form = None
        elif tag == "a" and self._catch == "a":
            self.links.append((words, self._href))
            self._catch = ""
        elif tag == "label" and self._label is not None:
            for one, value in self._label:
                one.choices[value] = words
            self._label = None
        else:
            self._end_of_field(tag, words)

    def _end_of_field(self, tag: str, words: str) -> None:
        if tag == "option" and self._option is not None and self._select is not None:
            value, selected = self._option
            self._select.choices[value] = words
            if selected:
                self._select.values[-1] = value
            self._option = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._area.values.append("".join(self._text).removeprefix("\n"))
            self._area = None
        elif tag == "button" and self._button is not None and self._form is not None:
            self._form.buttons.append((words, *self._button))
            self._button = None

    def handle_data(self, data: str) -> None:
        self._text.append(data)


@dataclass
class Page:
    """What the server answered: where we are, and what stands there."""

    path: str
    status: int
    html: str
    content: bytes
    _read: _Reader | None = None

    @property
    def read(self) -> _Reader:
        """The forms and links of the page, read once."""
        if self._read is None:
            self._read = _Reader()
            self._read.feed(self.html)
        return self._read

    @property
    def text(self) -> str:
        """The words of the page without marks."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())

    @property
    def refusals(self) -> list[str]:
        """What the page says is wrong."""
        found = re.findall(r'<p class="error"[^>]*>(.*?)</p>|class="notice bad"[^>]*>(.*?)</div>', self.html, re.DOTALL)
        return [" ".join(re.sub(r"<[^>]+>", " ", one or other).split()) for one, other in found]

    def forms(self, action: str) -> list[Form]:
        """The forms that are sent to an address that ends so."""
        return [one for one in self.read.forms if one.action.endswith(action)]

    def form(self, action: str) -> Form:
        """The one form that is sent there; the page must offer it."""
        found = self.forms(action)
        assert len(found) == 1, (self.path, action, [one.action for one in self.read.forms], self.text[:600])
        return found[0]

    def form_with(self, button: str) -> Form:
        """The one form with this button."""
        every = self.read.forms
        whole = [one for one in every if any(button == words for words, _name, _value in one.buttons)]
        found = whole or [one for one in every if any(button in words for words, _name, _value in one.buttons)]
        assert len(found) == 1, (self.path, button, [one.buttons for one in self.read.forms], self.text[:600])
        return found[0]

    def link(self, words: str) -> str:
        """Where the first link with these words leads; the page must offer it."""
        found = [href for said, href in self.read.links if words in said]
        assert found, (self.path, words, self.read.links)
        return found[0]


class Browser:
    """One person's browser, from an address of its own. It is on ``page``."""

    page: Page

    def __init__(self, address: str) -> None:
        self.client = Client(headers={"accept-language": "zh-hans"}, REMOTE_ADDR=address)

    def ask(self, path: str) -> Page:
        """Go there, following what sends us on; whatever the answer is."""
        return self._arrive(self.client.get(path), path)

    def open(self, path: str) -> Page:
        """Go there; it must answer well."""
        page = self.ask(path)
        assert page.status == 200, (path, page.status, page.text[:400])
        return page

    def send(self, form: Form, *, button: str = "", twice: bool = False, **given: Given) -> Page:
        """Send a form of this page by one of its buttons; it must be taken. ``twice``: a double tap."""
        data = form.filled(given)
        pressed = [one for one in form.buttons if button in {"", one[0]}] or [
            one for one in form.buttons if button in one[0]
        ]
        assert pressed, (button, form.buttons)
        _words, name, value = pressed[0]
        if name:
            data[name] = value
        path = form.action or self.page.path
        if form.method == "get":
            return self.open(f"{path}?" + "&".join(f"{key}={text}" for key, text in data.items()))
        page = self._arrive(self.client.post(path, data), path)
        assert page.status == 200, (path, page.status, page.refusals or page.text[:900])
        if twice:
            again = self._arrive(self.client.post(path, data), path)
            assert (again.status, again.path.partition("?")[0]) == (200, page.path.partition("?")[0])
        return page

    def press(self, button: str, **given: Any) -> Page:
        """Send the one form of this page that has this button."""
        return self.send(self.page.form_with(button), button=button, **given)

    def _arrive(self, answer: Any, where: str) -> Page:
        # The test client's own following takes a page that is passed twice (/, the choice of a standing, /) for a ring.
        for _ in range(MOST_REDIRECTS):
            if answer.status_code not in {301, 302, 303}:
                break
            where = urljoin(where, answer.headers["Location"])
            answer = self.client.get(where)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.headers.get("Content-Type", "")
        html = content.decode() if kind.startswith(("text/", "application/json")) else ""
        self.page = Page(where, answer.status_code, html, content)
        return self.page
