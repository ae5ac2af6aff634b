"""Reading lists of divisions: plain rules about codes, no database."""

import re
from dataclasses import dataclass

COLUMNS = ("county_code", "county", "street_code", "street", "community_code", "community")


@dataclass(frozen=True, slots=True)
class Division:
    """One row of a list of divisions: a community with the street and the city (county level) above it."""

    city: tuple[str, str]
    street: tuple[str, str]
    community: tuple[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be loaded, with its line number in the file (the header is line 1) and the reason code."""

    line: int
    reason: str
    text: str


def read_division(line: int, row: dict[str, str | None]) -> Division | BadRow:
    """Check one row: nothing missing, codes of 6, 9 and 12 digits, each the beginning of the next.

    Source: 统计用区划代码和城乡划分代码编制规则 (county 6 digits, street 9, community 12).
    """
    value = {name: (row.get(name) or "").strip() for name in COLUMNS}
    text = ",".join(value[name] for name in COLUMNS)
    for name in COLUMNS:
        if not value[name]:
            return BadRow(line, f"missing_{name}", text)
    for name, digits in (("county_code", 6), ("street_code", 9), ("community_code", 12)):
        if not re.fullmatch(rf"[0-9]{{{digits}}}", value[name]):
            return BadRow(line, f"malformed_{name}", text)
    if not (
        value["street_code"].startswith(value["county_code"])
        and value["community_code"].startswith(value["street_code"])
    ):
        return BadRow(line, "codes_disagree", text)
    return Division(
        city=(value["county_code"], value["county"]),
        street=(value["street_code"], value["street"]),
        community=(value["community_code"], value["community"]),
    )
