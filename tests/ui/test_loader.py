"""Settled templates say the same as Django's own, in every language and with every context."""

import pytest
from django.template import Context, Engine, Template
from django.template.base import TextNode
from django.template.engine import Engine as DjangoEngine
from django.utils import translation

from ui.loader import SettledNode, settle

TEXTS = [
    "plain",
    '{% load i18n ui static %}<p>{% trans "报修" %}</p>{% icon "tool" size="l" %}{% static "ui/mark.svg" %}',
    '{% load i18n ui %}{% if a %}{% trans "报修" %}{{ a }}{% icon a %}{% else %}{% trans "首页" %}{% endif %}',
    '{% load i18n %}{% for one in many %}{% trans "首页" %} {{ one }}{% empty %}{% trans "没有" %}{% endfor %}',
    '{% load i18n %}{% trans "报修" as said %}{{ said }}{% with x=said %}{% trans x %}{% endwith %}',
    '{% load i18n ui %}{% comment %}{{ no }}{% endcomment %}{% icon "tool"|upper %}{% icon "no-such" label="<b>" %}',
]


def _both(text: str) -> tuple[Template, Template]:
    engine = DjangoEngine.get_default()
    plain, settled = Template(text, engine=engine), Template(text, engine=engine)
    settle(settled.nodelist)
    return plain, settled


@pytest.mark.parametrize("text", TEXTS)
def test_says_the_same(text):
    plain, settled = _both(text)
    for language in ("zh-hans", "en", "zh-hans"):
        for given in ({}, {"a": "<tool>", "many": [1, 2]}):
            with translation.override(language):
                assert settled.render(Context(given)) == plain.render(Context(given))


def test_constant_nodes_become_one():
    _, settled = _both(TEXTS[1])
    assert [type(node) for node in settled.nodelist] == [SettledNode]
    _, settled = _both("one{# no word #}")
    assert [type(node) for node in settled.nodelist] == [TextNode]


def test_the_portal_uses_it():
    assert isinstance(Engine.get_default().get_template("base.html").nodelist[0], SettledNode)
