"""The announcement of a result in words: what A12 asks for, in Chinese, as the board and the sheet print it.

Everything comes from the facts as they were fixed, so that whoever prints it later prints the same.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.utils import translation
from django.utils.text import Truncator

from committees.showing import Row, Shown, shown
from notices.rules.kinds import MAX_TITLE

# Of a candidate who is neither elected nor stands by (``showing``).
NO_PLACE = "—"


def announcement(facts: Mapping[str, Any], fingerprint: str, *, link: str) -> tuple[str, str]:
    """Title and text of the notice, in HTML of the board's safe subset. ``link``: the whole address of the result."""
    with translation.override("zh-hans"):
        whole = shown(facts)
        return _title(facts), _text(whole, fingerprint, link)


def _title(facts: Mapping[str, Any]) -> str:
    told = "结果公示"
    return Truncator(facts["title"]).chars(MAX_TITLE - len(told), truncate="…") + told


def _text(whole: Shown, fingerprint: str, link: str) -> str:
    parts = [f"<p>{escape(whole.opening)}</p>"]
    if whole.summary:
        parts.append(_list((one.title, one.verdict) for one in whole.summary))
    parts.append(_list(whole.facts))
    for item in whole.items:
        parts.append(f"<h2>{escape(item.title)}</h2>")
        parts.append(f"<p><strong>{escape(item.outcome)}</strong></p>")
        parts += [f"<p>{escape(line)}</p>" for line in item.lines]
        parts.append(_list(_test(one) for one in item.tests))
        if item.choices:
            parts.append(_table(("意见", "户数", "面积（平方米）"), item.choices))
        if item.candidates:
            parts.append(_list(_candidate(one) for one in item.candidates))
        if item.without:
            parts.append(f"<p><strong>{escape(item.without_title)}</strong></p>")
            parts.append(_list(_test(one) for one in item.without))
    parts += [f"<p>{escape(line)}</p>" for line in whole.closing]
    parts.append(f"<p>{escape(f'结果指纹（SHA-256）：{fingerprint}')}</p>")
    parts.append(f"<p>{escape(f'结果全文、投票记录下载和核对方法：{link}')}</p>")
    return "\n\n".join(parts)


def _test(one: Row) -> tuple[str, str]:
    label, have, of, share, bar, verdict = one.cells
    return label, f"{have}，共 {of}，占 {share}；{bar}；{verdict}"


def _candidate(one: Row) -> tuple[str, str]:
    place, name, voters, area, state, far = one.cells
    order = "" if place == NO_PLACE else f"{place} "
    # The cells have the share behind the figure, the line has the unit between them.
    got = "、".join(one.replace("（", f" {unit}（") for one, unit in ((voters, "户"), (area, "平方米")))
    return f"{order}{name}", f"得票 {got}，{state}；与当选标准相比，{far}"


def _list(rows: Iterable[tuple[str, str]]) -> str:
    """Lines that stand on a phone and on a wall in large type alike: a table of six columns breaks its figures there."""
    lines = "".join(f"<li><strong>{escape(name)}</strong>：{escape(words)}</li>" for name, words in rows)
    return f"<ul>{lines}</ul>"


def _table(heads: tuple[str, ...], rows: Any) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
