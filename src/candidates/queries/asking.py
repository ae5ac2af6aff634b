"""What a preparation asks of one owner, for the front page: may name somebody, was named, may answer a refusal."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tenancy.statements import terse

# A column of a statement that a page needs anyway. It wants ``%(compound)s``, ``%(person)s`` and ``%(on)s``. Owners alone are
# asked, by their account or their own verified number; whoever was named is, whatever the register says.
ASKS = terse("""coalesce((SELECT json_agg(json_build_object('ref', p.ref, 'title', p.title, 'ends', l.ends,
    'one', c.ref, 'state', c.state, 'consented', c.consented_at IS NOT NULL) ORDER BY c.id NULLS LAST, p.id)
  FROM elections_poll p
  JOIN candidates_plan l ON l.compound_id = p.compound_id AND l.poll_id = p.id AND l.opened_at IS NOT NULL
  LEFT JOIN candidates_candidate c ON c.compound_id = p.compound_id AND c.poll_id = p.id AND c.person_id = %(person)s
    AND (c.state = 'proposed' AND l.ends >= %(on)s OR c.state = 'refused' AND EXISTS (SELECT FROM candidates_review r
      WHERE r.compound_id = c.compound_id AND r.candidate_id = c.id AND r.outcome = 'refuse' AND NOT r.final
        AND r.replied_at IS NULL AND r.reply_until >= %(on)s))
  WHERE p.compound_id = %(compound)s AND p.kind = 'election' AND p.state IN ('preparing', 'roll_fixed')
    AND (c.id IS NOT NULL OR l.starts <= %(on)s AND l.ends >= %(on)s AND EXISTS (SELECT FROM premises_owner o
      LEFT JOIN accounts_person a ON a.id = %(person)s
      WHERE o.compound_id = p.compound_id AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends > %(on)s)
        AND (o.person_id = %(person)s OR a.phone_verified AND o.phone_digests @> ARRAY[a.phone_digest]::varchar[])))
  ), '[]'::json)""")


@dataclass(frozen=True, slots=True)
class Ask:
    """One election that asks an owner. ``one``: the own candidacy ("" for none) with its ``state`` and whether it was agreed to;
    ``ends`` the last day of nominations."""

    ref: str
    title: str
    ends: date
    one: str
    state: str
    consented: bool


def read_asks(found: Any) -> Sequence[Ask]:
    """What the column said."""
    rows = json.loads(found) if isinstance(found, str) else found
    return [
        Ask(
            row["ref"], row["title"], date.fromisoformat(row["ends"]), row["one"] or "", row["state"] or "",
            bool(row["consented"]),
        )
        for row in rows
    ]  # fmt: skip
