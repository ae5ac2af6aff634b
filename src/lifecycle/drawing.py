"""Drawings of a machine as text: Mermaid, Graphviz, SVG, and the page that is kept under docs/lifecycles."""

from html import escape

from lifecycle.machine import Machine, State, Transition

COLUMN, ROW, TOP, LEFT = 116, 44, 78, 24


def mermaid(machine: Machine) -> str:
    """A Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {machine.initial}"]
    lines += [f'    state "{_quoted(s.label)}" as {s.key}' for s in machine.states]
    lines += [f"    {source} --> {t.target}: {_quoted(t.label)}" for t in machine.transitions for source in t.sources]
    lines += [f"    {s.key} --> [*]" for s in machine.states if s.final]
    return "\n".join(lines) + "\n"


def dot(machine: Machine) -> str:
    """A Graphviz graph."""
    lines = [f'digraph "{machine.name}" {{', "    rankdir=LR;", "    node [shape=box, style=rounded];"]
    lines += [
        f'    {s.key} [label="{_quoted(s.label)}"{", peripheries=2" if s.final else ""}];' for s in machine.states
    ]
    lines += [
        f'    {source} -> {t.target} [label="{_quoted(t.label)}"];' for t in machine.transitions for source in t.sources
    ]
    return "\n".join([*lines, "}"]) + "\n"


def svg(machine: Machine) -> str:
    """An SVG picture: a column for each state, a row for each action, a dot where it starts, an arrow to where it leads.

    Nothing can overlap, however many actions there are.
    """
    columns = {s.key: LEFT + COLUMN * i + COLUMN // 2 for i, s in enumerate(machine.states)}
    width = 2 * LEFT + COLUMN * len(machine.states)
    height = TOP + ROW * len(machine.transitions) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        f' role="img" aria-label="{escape(machine.title)}" font-family="sans-serif" font-size="14">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
        '<path d="M0 0L8 4L0 8Z" fill="#333"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(machine.title)}</text>',
    ]
    parts += [_column(s, columns[s.key], height, initial=s.key == machine.initial) for s in machine.states]
    parts += [_row(t, TOP + ROW * (i + 1) - 12, columns) for i, t in enumerate(machine.transitions)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def page(machine: Machine) -> str:
    """The Markdown page of a machine: the picture, its states, and its actions with who may take them."""
    labels = {s.key: s.label for s in machine.states}
    lines = [f"# {machine.title} (`{machine.name}`)", "", "```mermaid", mermaid(machine).rstrip(), "```", ""]
    lines += ["| state | label | open | final |", "|---|---|---|---|"]
    lines += [f"| `{s.key}` | {s.label} | {_tick(s.open)} | {_tick(s.final)} |" for s in machine.states]
    lines += ["", "| action | label | from | to | by | only if |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{t.action}` | {t.label} | {'、'.join(labels[s] for s in t.sources)} | {labels[t.target]} | "
        f"{', '.join(t.by) or '-'} | {', '.join(t.guards) or '-'} |"
        for t in machine.transitions
    ]
    return "\n".join(lines) + "\n"


def _column(state: State, x: int, height: int, *, initial: bool) -> str:
    box = f'x="{x - 50}" y="32" width="100" height="34" rx="8"'
    fill = "#e8f0fb" if state.open else "#f2f2f2"
    stroke = 'stroke="#333" stroke-width="2.5"' if initial or state.final else 'stroke="#777"'
    return (
        f'<line x1="{x}" y1="66" x2="{x}" y2="{height - 12}" stroke="#ccc" stroke-dasharray="3 4"/>'
        f'<rect {box} fill="{fill}" {stroke}/><text x="{x}" y="54" text-anchor="middle">{escape(state.label)}</text>'
    )


def _row(transition: Transition, y: int, columns: dict[str, int]) -> str:
    end = columns[transition.target]
    starts = [columns[s] for s in transition.sources]
    parts = []
    for x in starts:
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#333"/>')
        if x == end:  # back to the same state: a loop beside its line
            side = -1 if any(s > end for s in starts) else 1  # away from the arrow that comes in
            loop = f"M{x} {y}h{22 * side}v12h{-20 * side}"
            parts.append(f'<path d="{loop}" fill="none" stroke="#333" marker-end="url(#head)"/>')
    outermost = {min([*starts, end]), max([*starts, end])} - {end}
    parts += [
        f'<line x1="{x}" y1="{y}" x2="{end}" y2="{y}" stroke="#333" marker-end="url(#head)"/>'
        for x in sorted(outermost)
    ]
    middle = (min([*starts, end]) + max([*starts, end])) // 2
    parts.append(
        f'<text x="{middle + 6}" y="{y - 9}" text-anchor="middle" fill="#222">{escape(transition.label)}</text>'
    )
    return "".join(parts)


def _quoted(text: str) -> str:
    return text.replace('"', "'")


def _tick(value: bool) -> str:
    return "yes" if value else ""
