"""The template tags, as templates use them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from ui.templatetags import ui as tags


def draw(source: str, **context: Any) -> str:
    with translation.override("zh-hans"):
        return Template("{% load ui %}" + source).render(Context(context))


def test_icon_hides_from_readers_unless_named() -> None:
    assert draw('{% icon "droplet" %}') == (
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/ui/icons.svg#droplet"/></svg>'
    )
    assert 'role="img" aria-label="水"' in draw('{% icon "droplet" label="水" size="l" %}')
    assert "<script" not in draw("{% icon name label=label %}", name='"><script>', label="<script>")


def test_an_unknown_icon_is_dots() -> None:
    assert "#dots" in draw("{% icon name %}", name="no-such-icon")


@pytest.mark.parametrize("party", list(tags.PARTIES))
def test_a_party_is_told_by_word_and_icon(party: str) -> None:
    drawn = draw("{% party_badge party %}", party=party)
    assert "<use href=" in drawn
    assert str(tags.PARTIES[party][0]) in drawn
    assert tags.PARTIES[party][1] in tags.icon_names()


def test_the_three_parties_share_neither_icon_nor_colour() -> None:
    three = [tags.PARTIES[party] for party in ("community", "committee", "company")]
    assert len({icon for _, icon, _ in three}) == len({css for _, _, css in three}) == 3


def test_party_badge_escapes_its_label() -> None:
    assert "&lt;b&gt;" in draw("{% party_badge 'company' label %}", label="<b>")


def test_progress_says_what_is_missing() -> None:
    drawn = draw('{% progress 214 486 324 label="人数" unit="人" mark_label="法定三分之二" %}')
    assert "214 / 486人" in drawn
    assert "还差 110人" in drawn
    assert 'x="66.67"' in drawn


def test_progress_reached_and_without_a_mark_and_of_nothing() -> None:
    assert "已达到" in draw("{% progress have 300 200 %}", have=Decimal("200.0000"))
    assert "progress-mark" not in draw("{% progress 1 2 %}")
    assert 'width="0.00"' in draw("{% progress 0 0 %}")
    assert 'width="100.00"' in draw("{% progress 12 10 %}")


def test_times_carry_the_exact_moment() -> None:
    now = timezone.now()
    drawn = draw("{% deadline due now %}", due=now - timedelta(hours=3), now=now)
    assert 'class="late"' in drawn
    assert "已超时 3小时" in drawn
    assert "datetime=" in drawn
    assert 'class="late"' not in draw("{% deadline due now %}", due=now + timedelta(hours=3), now=now)
    assert draw("{% relative_time none %}{% deadline none %}", none=None) == ""


def test_query_replace_keeps_the_rest() -> None:
    request = RequestFactory().get("/x", {"state": "新", "page": "2"})
    assert draw("{% query_replace page=3 %}", request=request) == "state=%E6%96%B0&amp;page=3"
    assert draw("{% query_replace page=None %}", request=request) == "state=%E6%96%B0"


class Sample(forms.Form):
    place = forms.CharField(label="位置", help_text="楼和单元")
    part = forms.ChoiceField(label="部位", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="同意", required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="k")


def test_a_field_links_its_hint_and_error() -> None:
    with translation.override("zh-hans"):
        drawn = str(Sample({}))
    assert 'aria-describedby="id_place_helptext id_place_error"' in drawn
    assert 'id="id_place_helptext"' in drawn
    assert 'id="id_place_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "<fieldset" in drawn
    assert '<label class="box" for="id_part_1">' in drawn
    assert drawn.count("可不填") == 0
    assert "field-check" in drawn


def test_a_form_escapes_what_was_typed() -> None:
    assert "<script>" not in str(Sample({"place": "<script>alert(1)</script>"}))


def test_hours_stay_on_one_line_and_nothing_else_is_let_through() -> None:
    text = tags.kept_hours("<b>6月3日 16:00-24:00、00:00-08:00")
    assert text == ('&lt;b&gt;6月3日 <span class="hours">16:00-24:00</span>、<span class="hours">00:00-08:00</span>')
    assert tags.kept_hours(tags.kept_hours("没有时间")) == "没有时间"
