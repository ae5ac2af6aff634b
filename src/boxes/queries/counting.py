"""The second count: the figures of every item in SQL, from the opened rows and the roll. Shares nothing with ``elections.box``.

It also decides by itself which ballot of a right counts, from number, channel and voice alone.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection

from boxes.models import Box

# The ballots that do not count, of all items. Few rights have several: they are found by a hash of the right, which is cheaper to
# group by than its text; a right that only shares its hash with another has one ballot, and that one counts.
# The owner's own counts before a proxy's; then the first, or, where one may vote again and the first came by phone, the last by
# phone.
_ASIDE = """
WITH several AS MATERIALIZED (
  SELECT hashtextextended(m."right", 0) AS hash FROM boxes_opened m
  WHERE m.compound_id = %(compound)s AND m.box_id = %(box)s AND m.item = %(first)s
  GROUP BY 1 HAVING count(*) > 1
), ballots AS MATERIALIZED (
  SELECT o.number, o."right", o.paper, o."by" = 'owner' AS own, bool_or(o."by" = 'owner') OVER every AS owner_spoke
  FROM boxes_opened o
  WHERE o.compound_id = %(compound)s AND o.box_id = %(box)s AND o.item = %(first)s
    AND hashtextextended(o."right", 0) IN (SELECT s.hash FROM several s)
  WINDOW every AS (PARTITION BY o."right")
), kept AS MATERIALIZED (
  SELECT CASE WHEN %(again)s AND NOT (array_agg(b.paper ORDER BY b.number))[1]
    THEN max(b.number) FILTER (WHERE NOT b.paper) ELSE min(b.number) END AS number
  FROM ballots b WHERE b.own = b.owner_spoke GROUP BY b."right"
)
SELECT b.number FROM ballots b WHERE b.number NOT IN (SELECT k.number FROM kept k)
"""
# What was said of the items of one scope, without the ballots aside; no join but that with the roll, so that all cores count.
_CHOICES = """
WITH said AS MATERIALIZED (
  SELECT o.item, o.choice, o.names, r.id IS NULL AS nobody, count(*) AS voters,
         sum(CASE WHEN %(scope)s = '' THEN r.area ELSE (r.scopes ->> %(scope)s)::bigint END) AS area
  FROM boxes_opened o
  LEFT JOIN elections_right r ON r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = o."right"
  WHERE o.compound_id = %(compound)s AND o.box_id = %(box)s AND o.item = ANY (%(items)s::text[])
    AND NOT (o.number = ANY (%(aside)s::int[])) AND (r.id IS NULL OR %(scope)s = '' OR r.scopes ? %(scope)s)
  GROUP BY o.item, o.choice, o.names, r.id IS NULL
)
SELECT s.item, s.choice, '' AS name, sum(s.voters), sum(s.area) FROM said s WHERE NOT s.nobody GROUP BY s.item, s.choice
UNION ALL
SELECT s.item, '', '', sum(s.voters), 0 FROM said s WHERE s.nobody GROUP BY s.item
UNION ALL
SELECT s.item, 'names', n.name, sum(s.voters), sum(s.area) FROM said s CROSS JOIN LATERAL unnest(s.names) AS n(name)
WHERE s.choice = 'names' AND NOT s.nobody GROUP BY s.item, n.name
"""
_ROLL = """
SELECT i.key, i.scope, count(a.area), coalesce(sum(a.area), 0)
FROM elections_item i
LEFT JOIN elections_right r ON r.compound_id = i.compound_id AND r.edition_id = %(edition)s
LEFT JOIN LATERAL (SELECT CASE WHEN i.scope = '' THEN r.area ELSE (r.scopes ->> i.scope)::bigint END AS area) a ON true
WHERE i.compound_id = %(compound)s AND i.poll_id = %(poll)s
GROUP BY i.key, i.scope
"""
# Those who had a ballot and did not vote, as the chain named them before the opening; whoever has an opened ballot is not
# among them.
_SILENT = """
WITH silent AS MATERIALIZED (
  SELECT x.key FROM boxes_entry e CROSS JOIN LATERAL jsonb_array_elements_text(e.body::jsonb -> 'rights') AS x(key)
  WHERE e.compound_id = %(compound)s AND e.box_id = %(box)s AND e.kind = 'silent'
), rights AS (
  SELECT r.area, r.scopes FROM silent s
  JOIN elections_right r ON r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = s.key
  WHERE s.key NOT IN (SELECT o."right" FROM boxes_opened o WHERE o.compound_id = %(compound)s AND o.box_id = %(box)s)
)
SELECT i.key, count(a.area), coalesce(sum(a.area), 0)
FROM elections_item i
LEFT JOIN LATERAL (
  SELECT CASE WHEN i.scope = '' THEN r.area ELSE (r.scopes ->> i.scope)::bigint END AS area FROM rights r
) a ON true
WHERE i.compound_id = %(compound)s AND i.poll_id = %(poll)s
GROUP BY i.key
"""
Counts = dict[str, dict[str, Any]]
Row = tuple[Any, ...]


def counted_in_sql(box: Box, *, first: str, vote_again: bool, silent: bool = False) -> tuple[Counts, int]:
    """By item ``{"roll", "part", "choices", "names"}`` as ``models.Result.counts``, and how many counted ballots have no right.

    ``silent``: those who did not vote are counted too, under "silent". ``first``: the key of any item, as every opened ballot has
    a row for each. Choices and names that nobody gave are absent.
    """
    asked = {
        "compound": box.compound_id, "box": box.pk, "poll": box.poll_id, "edition": box.edition_id, "first": first,
        "again": vote_again,
    }  # fmt: skip
    with connection.cursor() as cursor:
        # One worker counts at a time: a whole roll may be hashed in memory.
        cursor.execute("SET LOCAL work_mem = '256MB'")

        def ask(statement: str, told: Mapping[str, Any]) -> list[Row]:
            cursor.execute(statement, told)
            return list(cursor.fetchall())

        found, strangers = figures(ask, asked)
        for key, voters, area in ask(_SILENT, asked) if silent else ():
            found[key]["silent"] = [int(voters), int(area)]
        return found, strangers


def figures(ask: Callable[[str, Mapping[str, Any]], list[Row]], asked: Mapping[str, Any]) -> tuple[Counts, int]:
    """The same by whatever asks the database: two statements, and one more for each scope that items have."""
    found: Counts = {}
    scopes: dict[str, list[str]] = {}
    for key, scope, voters, area in ask(_ROLL, asked):
        found[key] = {"roll": [int(voters), int(area)], "part": [0, 0], "choices": {}, "names": {}}
        scopes.setdefault(scope, []).append(key)
    aside = [number for (number,) in ask(_ASIDE, asked)]
    strangers = 0
    for scope, items in sorted(scopes.items()):
        for row in ask(_CHOICES, {**asked, "scope": scope, "items": items, "aside": aside}):
            strangers = max(strangers, _take(found, row))
    return found, strangers


def _take(found: Counts, row: Row) -> int:
    """Put one row where it belongs; returns how many have no right."""
    key, choice, name, voters, area = row
    one, pair = found[key], [int(voters), int(area)]
    if not choice:
        return pair[0]
    if name:
        one["names"][name] = pair
        return 0
    one["part"] = [one["part"][0] + pair[0], one["part"][1] + pair[1]]
    if choice != "names":
        one["choices"][choice] = pair
    return 0
