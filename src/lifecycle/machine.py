"""State machines as data: declared once, checked when declared, asked by actions, drawn by a command."""

from dataclasses import dataclass
from typing import NoReturn


class MachineError(ValueError):
    """A declared machine that cannot be right. Raised while its module is imported, so it never runs."""


class NotAllowed(Exception):
    """The action does not start in this state. ``code`` is for the view's words."""

    code = "not_allowed"

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"{action} does not start in {state}")
        self.state = state
        self.action = action


@dataclass(frozen=True, slots=True)
class State:
    """One state: its stored value, its label, whether work is open in it, and whether it is the end (nothing leaves it)."""

    key: str
    label: str
    open: bool = False
    final: bool = False

    @property
    def closed(self) -> bool:
        """Whether nothing is being worked on in it."""
        return not self.open


@dataclass(frozen=True, slots=True)
class Transition:
    """One action: from any of ``sources`` to ``target``.

    ``by`` names who may take it and ``guards`` what else must hold, both as plain names that the app's permissions and
    rules give a meaning to.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    label: str
    by: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine:
    """A machine: its states in the order in which they are told, and its transitions. Checked on creation."""

    name: str
    title: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        self.check()
        edges = {(source, t.action): t for t in self.transitions for source in t.sources}
        object.__setattr__(self, "_edges", edges)
        object.__setattr__(self, "_states", {s.key: s for s in self.states})

    def target(self, state: str, action: str) -> str:
        """The state that an action leads to. Raises NotAllowed when it does not start here, KeyError for no state of ours."""
        return self.transition(state, action).target

    def transition(self, state: str, action: str) -> Transition:
        """The transition that an action takes from a state; raises as ``target`` does."""
        self.state(state)
        edges: dict[tuple[str, str], Transition] = self.__dict__["_edges"]
        found = edges.get((state, action))
        if found is None:
            raise NotAllowed(state, action)
        return found

    def actions_from(self, state: str) -> tuple[Transition, ...]:
        """The transitions that start in a state, in declared order. Raises KeyError for no state of ours."""
        self.state(state)
        return tuple(t for t in self.transitions if state in t.sources)

    def state(self, key: str) -> State:
        """A state by its value; raises KeyError."""
        states: dict[str, State] = self.__dict__["_states"]
        return states[key]

    def state_values(self) -> tuple[str, ...]:
        """Every stored value, in declared order: for choices and for the table's CHECK."""
        return tuple(s.key for s in self.states)

    def choices(self) -> list[tuple[str, str]]:
        """(value, label) of every state."""
        return [(s.key, s.label) for s in self.states]

    def open_values(self) -> tuple[str, ...]:
        """The values of the states in which work is open."""
        return tuple(s.key for s in self.states if s.open)

    def check(self) -> None:
        """Raise MachineError for what cannot be right.

        Names given twice or not at all, an action that starts twice in one state, a state that cannot be reached, a state
        without a way out that is not final, a final state with one, and a state from which no end can be reached.
        """
        keys = [s.key for s in self.states]
        if not keys or len(set(keys)) != len(keys):
            self._refuse("every state needs a key of its own")
        if self.initial not in keys:
            self._refuse(f"the initial state {self.initial!r} is not declared")
        seen: set[tuple[str, str]] = set()
        for t in self.transitions:
            if not t.sources or not t.action:
                self._refuse(f"{t.action or t.label!r} needs a name and a source")
            for unknown in {*t.sources, t.target} - set(keys):
                self._refuse(f"{t.action} names the undeclared state {unknown!r}")
            for source in t.sources:
                if (source, t.action) in seen:
                    self._refuse(f"{t.action} starts twice in {source}")
                seen.add((source, t.action))
        self._check_ways()

    def _check_ways(self) -> None:
        leads: dict[str, set[str]] = {s.key: set() for s in self.states}
        comes: dict[str, set[str]] = {s.key: set() for s in self.states}
        for t in self.transitions:
            for source in t.sources:
                leads[source].add(t.target)
                comes[t.target].add(source)
        for key in sorted(leads.keys() - _reached({self.initial}, leads)):
            self._refuse(f"{key} cannot be reached")
        for s in self.states:
            if s.final and leads[s.key]:
                self._refuse(f"{s.key} is final and has a way out")
            if s.final and s.open:
                self._refuse(f"{s.key} is final and open")
            if not s.final and not leads[s.key] - {s.key}:
                self._refuse(f"{s.key} has no way out and is not final")
        ends = {s.key for s in self.states if not s.open}
        for key in sorted(leads.keys() - _reached(ends, comes)):
            self._refuse(f"from {key} no closed state can be reached")

    def _refuse(self, why: str) -> NoReturn:
        raise MachineError(f"Machine {self.name}: {why}.")


def _reached(start: set[str], leads: dict[str, set[str]]) -> set[str]:
    found, rest = set(start), list(start)
    while rest:
        for key in leads[rest.pop()] - found:
            found.add(key)
            rest.append(key)
    return found
