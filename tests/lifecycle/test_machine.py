"""Machines: what a declaration refuses, what an action may do, and drawings that cannot go stale."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from lifecycle import drawing, registry
from lifecycle.machine import Machine, MachineError, NotAllowed, State, Transition

LAMP = Machine(
    name="test.lamp",
    title="路灯 <甲>",
    initial="dark",
    states=(State("dark", "熄灭", open=True), State("lit", "亮着"), State("gone", "拆除", final=True)),
    transitions=(
        Transition("light", ("dark",), "lit", "点亮", by=("worker",), guards=("has_power",)),
        Transition("again", ("lit",), "lit", "调亮"),
        Transition("darken", ("lit",), "dark", "熄灭"),
        Transition("remove", ("dark", "lit"), "gone", "拆除", by=("manager",)),
    ),
)


def test_every_allowed_edge_and_every_other_one_refused() -> None:
    allowed = {(s, t.action): t.target for t in LAMP.transitions for s in t.sources}
    for state in LAMP.state_values():
        for action in {t.action for t in LAMP.transitions} | {"unheard-of"}:
            if (state, action) in allowed:
                assert LAMP.target(state, action) == allowed[state, action]
            else:
                with pytest.raises(NotAllowed) as refused:
                    LAMP.target(state, action)
                assert (refused.value.state, refused.value.action, refused.value.code) == (state, action, "not_allowed")


def test_questions_that_actions_and_tables_ask() -> None:
    assert [t.action for t in LAMP.actions_from("lit")] == ["again", "darken", "remove"]
    assert LAMP.actions_from("gone") == ()
    assert LAMP.state_values() == ("dark", "lit", "gone")
    assert LAMP.choices()[0] == ("dark", "熄灭")
    assert LAMP.open_values() == ("dark",)
    assert LAMP.state("lit").closed
    with pytest.raises(KeyError):
        LAMP.target("no such state", "light")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"states": ()}, "key of its own"),
        ({"states": (*LAMP.states, State("lit", "again"))}, "key of its own"),
        ({"initial": "nowhere"}, "not declared"),
        ({"transitions": (*LAMP.transitions, Transition("fly", ("dark",), "sky", "飞"))}, "undeclared state 'sky'"),
        ({"transitions": (*LAMP.transitions, Transition("fly", (), "lit", "飞"))}, "needs a name and a source"),
        ({"transitions": (*LAMP.transitions, Transition("light", ("dark",), "gone", "点"))}, "starts twice in dark"),
        ({"transitions": (*LAMP.transitions, Transition("back", ("gone",), "dark", "回"))}, "final and has a way out"),
        ({"states": (*LAMP.states, State("moon", "月", final=True))}, "moon cannot be reached"),
        ({"states": (*LAMP.states[:2], State("gone", "拆除"))}, "gone has no way out"),
        ({"states": (*LAMP.states[:2], State("gone", "拆除", open=True, final=True))}, "final and open"),
        ({"states": tuple(replace(s, open=True, final=False) for s in LAMP.states[:2]),
          "transitions": LAMP.transitions[:3]}, "no closed state"),
    ],
)  # fmt: skip
def test_what_a_declaration_refuses(change: dict[str, object], reason: str) -> None:
    with pytest.raises(MachineError, match=reason):
        replace(LAMP, **change)


@st.composite
def declarations(draw: st.DrawFn) -> tuple[tuple[State, ...], tuple[Transition, ...]]:
    keys = draw(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=7, unique=True))
    states = tuple(State(k, k.upper(), open=draw(st.booleans()), final=draw(st.booleans())) for k in keys)
    subset = st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True).map(tuple)
    edges = draw(st.lists(st.tuples(st.sampled_from("uvwxyz"), subset, st.sampled_from(keys)), max_size=9))
    return states, tuple(Transition(a, sources, target, a.upper()) for a, sources, target in edges)


@given(declarations(), st.lists(st.integers(0, 99), max_size=30))
def test_a_machine_that_is_accepted_can_always_go_on_to_a_closed_state(
    declared: tuple[tuple[State, ...], tuple[Transition, ...]], choices: list[int]
) -> None:
    states, transitions = declared
    try:
        machine = Machine("test.any", "任意", states[0].key, states, transitions)
    except MachineError:
        return
    at = machine.initial
    for choice in choices:
        ways = machine.actions_from(at)
        assert bool(ways) is not machine.state(at).final
        if not ways:
            break
        at = machine.target(at, ways[choice % len(ways)].action)
    near, seen = {at}, {at}
    while near and not any(machine.state(k).closed for k in seen):
        near = {t.target for k in near for t in machine.actions_from(k)} - seen
        seen |= near
    assert any(machine.state(k).closed for k in seen)
    ET.fromstring(drawing.svg(machine))


def test_drawings_name_every_state_and_every_action() -> None:
    svg = drawing.svg(LAMP)
    root = ET.fromstring(svg)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["路灯 <甲>", "熄灭", "亮着", "拆除", "点亮", "调亮", "熄灭", "拆除"]
    assert "dark --> lit: 点亮" in drawing.mermaid(LAMP)
    assert "gone --> [*]" in drawing.mermaid(LAMP)
    assert 'dark -> gone [label="拆除"]' in drawing.dot(LAMP)
    assert "| `light` | 点亮 | 熄灭 | 亮着 | worker | has_power |" in drawing.page(LAMP)


def test_one_name_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_machines", {})
    registry.register(LAMP)
    registry.register(replace(LAMP))
    assert registry.machine("test.lamp") is LAMP
    with pytest.raises(MachineError, match="Two machines"):
        registry.register(replace(LAMP, title="另一盏"))


def test_the_kept_drawings_are_those_of_the_code() -> None:
    call_command("draw_lifecycle", check=True)


def test_a_stale_drawing_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "_machines", {"test.lamp": LAMP})
    monkeypatch.setattr("django.conf.settings.BASE_DIR", tmp_path)
    with pytest.raises(CommandError, match=r"test\.lamp\.md") as missing:
        call_command("draw_lifecycle", check=True)
    assert missing.value.returncode == 1
    call_command("draw_lifecycle", all=True)
    call_command("draw_lifecycle", check=True)
    monkeypatch.setattr(registry, "_machines", {"test.lamp": replace(LAMP, title="改过")})
    with pytest.raises(CommandError):
        call_command("draw_lifecycle", check=True)


def test_the_command_draws_one_machine_or_names_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "_machines", {"test.lamp": LAMP})
    call_command("draw_lifecycle")
    assert capsys.readouterr().out == "test.lamp\n"
    call_command("draw_lifecycle", "test.lamp", format="dot")
    assert capsys.readouterr().out == drawing.dot(LAMP)
    out = tmp_path / "lamp.svg"  # type: ignore[operator]
    call_command("draw_lifecycle", "test.lamp", "--format=svg", f"--out={out}")
    assert out.read_text() == drawing.svg(LAMP)
    with pytest.raises(CommandError, match="没有名为 nothing"):
        call_command("draw_lifecycle", "nothing")
