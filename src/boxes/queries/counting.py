"""The second count: the figures of every item in SQL, from the opened rows and the roll. Shares nothing with ``elections.box``.

It also decides by itself which ballot of a right counts, from number, channel and voice alone.
"""

from typing import Any

from django.db import connection

from boxes.models import Box

# Few rights have several ballots, so those that do not count are found and left out. The owner's own counts before a proxy's;
# then the first, or, where one may vote again and the first came by phone, the last by phone.
_ASIDE = """
SELECT v.number
FROM (
  SELECT o.number, o."right", o.paper, o."by", bool_or(o."by" = 'owner') OVER every AS owner_spoke
  FROM boxes_opened o
  WHERE o.compound_id = %(compound)s AND o.box_id = %(box)s AND o.item = %(first)s AND o."right" IN (
    SELECT m."right" FROM boxes_opened m
    WHERE m.compound_id = %(compound)s AND m.box_id = %(box)s AND m.item = %(first)s
    GROUP BY m."right" HAVING count(*) > 1
  )
  WINDOW every AS (PARTITION BY o."right")
) v
JOIN LATERAL (
  SELECT CASE WHEN %(again)s AND NOT (array_agg(w.paper ORDER BY w.number))[1]
              THEN max(w.number) FILTER (WHERE NOT w.paper) ELSE min(w.number) END AS number
  FROM boxes_opened w
  WHERE w.compound_id = %(compound)s AND w.box_id = %(box)s AND w.item = %(first)s AND w."right" = v."right"
    AND (w."by" = 'owner') = v.owner_spoke
) kept ON kept.number <> v.number
"""
_CHOICES = f"""
WITH said AS MATERIALIZED (
  SELECT o.item, o.choice, o.names, r.id IS NULL AS nobody, count(*) AS voters,
         sum(CASE WHEN i.scope = '' THEN r.area ELSE (r.scopes ->> i.scope)::bigint END) AS area
  FROM boxes_opened o
  LEFT JOIN elections_right r ON r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = o."right"
  JOIN elections_item i ON i.compound_id = %(compound)s AND i.poll_id = %(poll)s AND i.key = o.item
  WHERE o.compound_id = %(compound)s AND o.box_id = %(box)s AND o.number NOT IN ({_ASIDE})
    AND (r.id IS NULL OR i.scope = '' OR r.scopes ? i.scope)
  GROUP BY o.item, o.choice, o.names, r.id IS NULL
)
SELECT s.item, s.choice, '' AS name, sum(s.voters), sum(s.area) FROM said s WHERE NOT s.nobody GROUP BY s.item, s.choice
UNION ALL
SELECT s.item, '', '', sum(s.voters), 0 FROM said s WHERE s.nobody GROUP BY s.item
UNION ALL
SELECT s.item, 'names', n.name, sum(s.voters), sum(s.area) FROM said s CROSS JOIN LATERAL unnest(s.names) AS n(name)
WHERE s.choice = 'names' AND NOT s.nobody GROUP BY s.item, n.name
"""  # noqa: S608  constants
_ROLL = """
SELECT i.key, count(a.area), coalesce(sum(a.area), 0)
FROM elections_item i
LEFT JOIN elections_right r ON r.compound_id = i.compound_id AND r.edition_id = %(edition)s
LEFT JOIN LATERAL (SELECT CASE WHEN i.scope = '' THEN r.area ELSE (r.scopes ->> i.scope)::bigint END AS area) a ON true
WHERE i.compound_id = %(compound)s AND i.poll_id = %(poll)s
GROUP BY i.key
"""
# In their order: the roll, what was said.
STATEMENTS = (_ROLL, _CHOICES)
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
    strangers = 0
    with connection.cursor() as cursor:
        # One worker counts at a time: a whole roll may be hashed in memory.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(_ROLL, asked)
        for key, voters, area in cursor.fetchall():
            found[key] = {"roll": [int(voters), int(area)], "part": [0, 0], "choices": {}, "names": {}}
        cursor.execute(_CHOICES, asked)
        for key, choice, name, voters, area in cursor.fetchall():
            one, figures = found[key], [int(voters), int(area)]
            if not choice:
                strangers = max(strangers, figures[0])
                continue
            if name:
                one["names"][name] = figures
                continue
            one["part"] = [one["part"][0] + figures[0], one["part"][1] + figures[1]]
            if choice != "names":
                one["choices"][choice] = figures
    return found, strangers
