"""The second count: the figures of every item in SQL, from the opened rows and the roll. Shares nothing with ``elections.box``.

It also decides by itself which ballot of a right counts, from number, channel and voice alone.
"""

from typing import Any

from django.db import connection

from boxes.models import Box

# The owner's own before a proxy's; then the first, or, where one may vote again and the first came by phone, the last by phone.
_CHOSEN = """
SELECT v."right",
       CASE WHEN %(again)s AND NOT (array_agg(v.paper ORDER BY v.number))[1]
            THEN max(v.number) FILTER (WHERE NOT v.paper) ELSE min(v.number) END AS number
FROM (
  SELECT o."right", o.number, o.paper, o."by",
         bool_or(o."by" = 'owner') OVER (PARTITION BY o."right") AS owner_spoke
  FROM boxes_opened o
  WHERE o.compound_id = %(compound)s AND o.box_id = %(box)s AND o.item = %(first)s
) v
WHERE (v."by" = 'owner') = v.owner_spoke
GROUP BY v."right"
"""
_CHOICES = f"""
WITH chosen AS MATERIALIZED ({_CHOSEN}),
weighed AS (
  SELECT o.item, o.choice, o.names, CASE WHEN i.scope = '' THEN r.area ELSE (r.scopes ->> i.scope)::bigint END AS area
  FROM chosen c
  JOIN boxes_opened o ON o.compound_id = %(compound)s AND o.box_id = %(box)s AND o.number = c.number
  JOIN elections_item i ON i.compound_id = %(compound)s AND i.poll_id = %(poll)s AND i.key = o.item
  JOIN elections_right r ON r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = c."right"
),
said AS MATERIALIZED (
  SELECT w.item, w.choice, w.names, count(*) AS voters, sum(w.area) AS area
  FROM weighed w WHERE w.area IS NOT NULL GROUP BY w.item, w.choice, w.names
)
SELECT s.item, s.choice, '' AS name, sum(s.voters), sum(s.area) FROM said s GROUP BY s.item, s.choice
UNION ALL
SELECT s.item, 'names', n.name, sum(s.voters), sum(s.area) FROM said s CROSS JOIN LATERAL unnest(s.names) AS n(name)
WHERE s.choice = 'names' GROUP BY s.item, n.name
"""  # noqa: S608  two constants
_ROLL = """
SELECT i.key, count(a.area), coalesce(sum(a.area), 0)
FROM elections_item i
LEFT JOIN elections_right r ON r.compound_id = i.compound_id AND r.edition_id = %(edition)s
LEFT JOIN LATERAL (SELECT CASE WHEN i.scope = '' THEN r.area ELSE (r.scopes ->> i.scope)::bigint END AS area) a ON true
WHERE i.compound_id = %(compound)s AND i.poll_id = %(poll)s
GROUP BY i.key
"""
_STRANGERS = f"""
SELECT count(*) FROM ({_CHOSEN}) c
WHERE NOT EXISTS (
  SELECT FROM elections_right r WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = c."right"
)
"""  # noqa: S608  two constants

Counts = dict[str, dict[str, Any]]


def counted_in_sql(box: Box, *, first: str, vote_again: bool) -> tuple[Counts, int]:
    """By item ``{"roll", "part", "choices", "names"}`` as ``models.Result.counts``, and how many counted ballots have no right.

    ``first``: the key of any item, as every opened ballot has a row for each. Choices and names that nobody gave are absent.
    """
    asked = {
        "compound": box.compound_id, "box": box.pk, "poll": box.poll_id, "edition": box.edition_id, "first": first,
        "again": vote_again,
    }  # fmt: skip
    found: Counts = {}
    with connection.cursor() as cursor:
        cursor.execute(_ROLL, asked)
        for key, voters, area in cursor.fetchall():
            found[key] = {"roll": [int(voters), int(area)], "part": [0, 0], "choices": {}, "names": {}}
        cursor.execute(_CHOICES, asked)
        for key, choice, name, voters, area in cursor.fetchall():
            one, figures = found[key], [int(voters), int(area)]
            if name:
                one["names"][name] = figures
                continue
            one["part"] = [one["part"][0] + figures[0], one["part"][1] + figures[1]]
            if choice != "names":
                one["choices"][choice] = figures
        cursor.execute(_STRANGERS, asked)
        (strangers,) = cursor.fetchone()
    return found, int(strangers)
