"""What changed from one text to the next, paragraph by paragraph."""

from difflib import SequenceMatcher

SHOWN = 40


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """(“-” or “+”, paragraph) of what went and what came, in reading order; 40 at most."""
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [("-", line) for line in old[a:b]] + [("+", line) for line in new[c:d]]
    return found[:SHOWN]
