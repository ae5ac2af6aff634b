"""Tabs by registration, and the shell's lazy context."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from tests.ui.gallery import RESIDENT
from ui import context, navigation


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> navigation.Registry:
    fresh = navigation.Registry()
    monkeypatch.setattr(navigation, "registry", fresh)
    return fresh


def asking(path: str = "/", actor: Any = RESIDENT, **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]
    request.COOKIES.update(cookies)
    request.resolver_match = None
    return request


def add(label: str, order: int, address: str | None, **options: Any) -> None:
    navigation.register_tab(
        label=label, icon="home", url_name=f"tab-{label}", order=order, url=lambda _: address, **options
    )


def labels(request: HttpRequest) -> list[str]:
    return [str(tab.label) for tab in navigation.tabs_for(request)]


def test_tabs_follow_party_role_and_order(registry: navigation.Registry) -> None:
    add("b", 20, "/b", parties=("resident",))
    add("a", 10, "/a")
    add("worker", 5, "/w", parties=("company",), roles=("worker",))
    assert labels(asking()) == ["a", "b"]
    assert labels(asking(actor=replace(RESIDENT, party="company", role="worker"))) == ["worker", "a"]
    assert labels(asking(actor=replace(RESIDENT, party="company", role="manager"))) == ["a"]
    assert labels(asking(actor=None)) == []


def test_settings_stand_last_whatever_their_order(registry: navigation.Registry) -> None:
    add("rules", 1, "/r", setting=True)
    add("daily", 90, "/d")
    add("register", 0, "/k", setting=True)
    assert labels(asking()) == ["daily", "register", "rules"]


@pytest.mark.parametrize("template", ["sidenav", "tabbar"])
def test_settings_stand_below_one_heading(registry: navigation.Registry, template: str) -> None:
    def shown() -> str:
        source = engines["django"].from_string(f"{{% load shell %}}{{% {template} %}}")
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", source.render(context.shell(asking()))))

    for number in range(6):
        add(f"d{number}", number, f"/{number}")
    assert "资料和设置" not in shown()
    add("rules", 1, "/r", setting=True)
    add("register", 2, "/k", setting=True)
    assert shown().partition("d4")[2] == "d5资料和设置rulesregister"


def test_no_dead_tab(registry: navigation.Registry) -> None:
    navigation.register_tab(label="x", icon="home", url_name="no-such-page", order=1)
    add("hidden", 2, None)
    assert labels(asking()) == []


def test_registering_twice_is_once(registry: navigation.Registry) -> None:
    add("a", 10, "/a")
    add("a", 30, "/a")
    assert len(registry.tabs) == 1
    assert registry.tabs[0].order == 30


def test_the_longest_address_is_the_active_one(registry: navigation.Registry) -> None:
    add("home", 1, "/")
    add("repairs", 2, "/repairs/")
    add("mine", 3, "/repairs/mine/")
    active = lambda path: [tab.label for tab in navigation.tabs_for(asking(path)) if tab.active]  # noqa: E731
    assert active("/repairs/mine/7") == ["mine"]
    assert active("/repairs/9") == ["repairs"]
    assert active("/else") == []


def test_the_longest_name_is_the_active_one(registry: navigation.Registry) -> None:
    """A page of its own under another's names: the summary of fire safety is not the tab of all figures."""
    for label, order, match in (("all", 1, ("oversight_",)), ("fire", 2, ("oversight_fire",))):
        navigation.register_tab(
            label=label, icon="home", url_name=f"tab-{label}", order=order, url=lambda _request: "/x/", match=match
        )
    for name, label in (
        ("oversight_fire", "fire"),
        ("oversight_fire_pdf", "fire"),
        ("oversight_overview", "all"),
        ("tab-all", "all"),
    ):
        request = asking("/elsewhere/")
        request.resolver_match = SimpleNamespace(view_name=name)  # type: ignore[assignment]
        assert [tab.label for tab in navigation.tabs_for(request) if tab.active] == [label], name


def test_more_than_five_stand_behind_more_and_large_type_has_fewer(registry: navigation.Registry) -> None:
    for number in range(7):
        add(str(number), number, f"/{number}", essential=number < 3)
    shell = context.Shell(asking())
    assert [len(shell.bar), len(shell.more)] == [4, 3]
    large = context.Shell(asking(type="large"))
    assert [len(large.bar), len(large.more)] == [3, 0]
    assert large.type_size == "large"


class Someone:
    is_authenticated = True
    pk = 7
    large_type = True


def test_the_device_decides_before_the_person() -> None:
    request = asking()
    request.user = Someone()  # type: ignore[assignment]
    assert context.Shell(request).large
    assert context.Shell(request).person == 7
    request.COOKIES["type"] = "normal"
    assert not context.Shell(request).large


def test_providers_are_asked_only_when_the_page_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def provider(request: HttpRequest) -> dict[str, Any]:
        asked.append(1)
        return {"property_phone": "0579"}

    monkeypatch.setattr(context, "_providers", [])
    context.register_shell_provider(provider)
    context.register_shell_provider(provider)
    shell = context.shell(asking())["shell"]
    assert asked == []
    assert shell.provided["property_phone"] == shell.provided.get("property_phone") == "0579"
    assert asked == [1]


def test_every_registered_tab_has_a_page_and_an_icon() -> None:
    from ui.templatetags.ui import icon_names

    for tab in navigation.registry.tabs:
        assert tab.icon in icon_names(), tab.url_name
        if tab.url is None:
            assert reverse(tab.url_name)
