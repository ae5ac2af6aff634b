"""What a counted poll came to, gathered as the facts of its announcement (A12)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.utils.timezone import localdate

from boxes.models import Box, Opened, Result, Used
from committees.models import Outcome
from committees.rules.results import with_tie_settled
from elections.box.encoding import canonical, fingerprint
from elections.models import Item, Poll
from elections.queries.items import items_of
from elections.queries.joint import taken_steps
from elections.rules import jurisdictions
from elections.rules.bars import HALF, THREE_QUARTERS, TWO_THIRDS, Test
from elections.rules.measures import area_text, parse_area
from elections.rules.ratios import ratio
from premises.models import Building, Entrance

BARS = {bar.code: bar for bar in (HALF, TWO_THIRDS, THREE_QUARTERS)}
MARK = "gongzhi.outcome.1"


def poll_of(compound_id: int, ref: str) -> Poll | None:
    """A poll of a compound with its roll."""
    found: Poll | None = (
        Poll.objects.filter(compound_id=compound_id, ref=ref)
        .select_related("compound__community__parent", "edition")
        .first()
    )
    return found


def outcome_of(poll: Poll) -> Outcome | None:
    """Its result, where one is drafted or announced."""
    found: Outcome | None = (
        Outcome.objects.filter(compound_id=poll.compound_id, poll=poll).select_related("notice__current").first()
    )
    return found


def outcome_by_key(pk: int) -> Outcome | None:
    """A result of the open scope by its id, for its sheet."""
    found: Outcome | None = Outcome.objects.filter(pk=pk).select_related("compound", "poll").first()
    return found


def results_of(poll: Poll) -> list[Result]:
    """What came out of each item, in their order, of the round that was counted."""
    return list(
        Result.objects.filter(compound_id=poll.compound_id, poll=poll).select_related("box__record").order_by("number")
    )


def facts_of(poll: Poll, outcome: Outcome) -> dict[str, Any]:
    """Everything that the announcement must hold, as data: numbers are numbers, areas decimal strings, codes are codes.

    Nine statements, whatever the number of items and ballots. ``items`` is empty while nothing is counted.
    """
    results = results_of(poll)
    items = {one.key: one for one in items_of(poll)}
    box: Box | None = results[0].box if results else None
    places = _places(poll, items.values())
    used = _used(box)
    reasons = _reasons(box)
    edition = poll.edition
    return {
        "compound": poll.compound.name,
        "title": poll.title,
        "ref": poll.ref,
        "kind": poll.kind,
        "conductor": poll.conductor,
        "jurisdiction": poll.jurisdiction,
        "secrecy": poll.secrecy,
        "roll": {
            "on": localdate(edition.at).isoformat(), "edition": edition.number, "voters": edition.voters,
            "area": area_text(edition.area), "units": edition.units, "fingerprint": edition.fingerprint,
        }
        if edition
        else None,
        "window": {
            name: value.isoformat() if value else None
            for name, value in (
                ("opens", poll.opens_at), ("closes", poll.closes_at), ("first_closes", poll.first_closes_at),
                ("closed", poll.closed_at), ("counted", poll.counted_at),
            )
        },
        "steps": [
            {"action": one.action, "reason": one.reason, "asked": one.asked_as, "agreed": one.agreed_as}
            for one in taken_steps(poll)
        ],
        "channels": used,
        "items": [
            _item(
                items[one.item_key], one, tie=outcome.ties.get(one.item_key), poll=poll, places=places,
                invalid=reasons.get(one.item_key, {}),
            )
            for one in results
            if one.item_key in items
        ],
        "silent": {
            "rule": poll.plan.get("silent", "off"), "text": poll.plan.get("silent_text", ""),
            **({"source": poll.plan["silent_source"]} if poll.plan.get("silent_source") else {}),
        },
        "supervisors": outcome.supervisors,
        "contact": outcome.contact,
        "note": outcome.note,
        "record": box.record.sha256 if box and box.record else "",
        "root": box.root if box else "",
        "box": box.name if box else "",
    }  # fmt: skip


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """The fingerprint of the facts, as the notice and the sheet print it."""
    return str(fingerprint(MARK, canonical(dict(facts))).hex())


def test_of(given: Mapping[str, Any], measure: str) -> Test:
    """A test as the rules know it, of what the verdict says."""
    bar = BARS[given["bar"]]
    read = parse_area if measure == "area" else int
    have, of = (None if given[name] is None else read(given[name]) for name in ("have", "of"))
    return Test(measure, have, of, bar)


test_of.__test__ = False  # type: ignore[attr-defined]


def _item(
    item: Item,
    result: Result,
    *,
    tie: Mapping[str, Any] | None,
    poll: Poll,
    places: Mapping[str, str],
    invalid: Mapping[str, int],
) -> dict[str, Any]:
    verdict, counts = result.verdict, result.counts
    names = {one["key"]: one["name"] for one in item.candidates}
    flags = {one["key"]: one.get("party_member") for one in item.candidates}
    found: dict[str, Any] = {
        "number": item.number,
        "key": item.key,
        "matter": item.matter,
        "text": item.text,
        "scope": places.get(item.scope, "") if item.scope else "",
        "seats": item.seats,
        "confirmed_as": item.confirmed_as,
        "rule_set": verdict["rule_set"],
        "outcome": verdict["outcome"],
        "reasons": list(verdict["reasons"]),
        "roll": _sum(counts["roll"]),
        "part": _sum(counts["part"]),
        "choices": {name: _sum(value) for name, value in counts["choices"].items()},
        "invalid": dict(invalid),
        "participation": verdict["participation"],
        "approval": None if item.candidates else verdict.get("approval"),
    }
    if "without_silent" in verdict:
        without = verdict["without_silent"]
        found["without_silent"] = {
            "outcome": without["outcome"],
            "participation": without["participation"],
            "approval": None if item.candidates else without.get("approval"),
            **({"elected": [names[one["name"]] for one in without.get("elected", ())]} if item.candidates else {}),
        }
        found["silent"] = _sum(counts["silent"])
    if item.candidates:
        found |= _election(verdict, tie, names, flags, poll)
    return found


def _election(
    verdict: Mapping[str, Any],
    tie: Mapping[str, Any] | None,
    names: Mapping[str, str],
    flags: Mapping[str, bool | None],
    poll: Poll,
) -> dict[str, Any]:
    """Who is elected and who stands by, by key and name. Of membership of the Party only the count (A11)."""

    def named(rows: Any) -> list[dict[str, Any]]:
        return [
            {"key": one["name"], "name": names[one["name"]], "voters": one["voters"], "area": one["area"]}
            for one in rows
        ]

    seated = with_tie_settled(verdict, tie["chosen"]) if tie else verdict
    elected, alternates = named(seated.get("elected", ())), named(seated.get("alternates", ()))
    local = jurisdictions.parameters(poll.jurisdiction, poll.on)
    parts = str(poll.plan.get("ratio_value", local["ratio_value"])).split("/")
    base = poll.plan.get("ratio_base", local["ratio_base"])
    within = {"members": elected, "members+alternates": [*elected, *alternates]}.get(base)
    keys = list(flags) if within is None else [one["key"] for one in within]
    measured = ratio(
        base,
        [flags[key] for key in keys],
        operator=poll.plan.get("ratio_operator", local["ratio_operator"]),
        share=(int(parts[0]), int(parts[1])),
    )
    tied = verdict.get("tied")
    found: dict[str, Any] = {
        "candidates": [
            {"key": one["name"], "name": names[one["name"]], "voters": one["voters"], "area": one["area"]}
            for one in verdict["approval"]["candidates"]
        ],
        "elected": elected,
        "alternates": alternates,
        "ratio": {
            "base": base, "have": measured.have, "of": measured.of, "met": measured.met,
            "operator": measured.operator, "share": list(measured.share),
        },
    }  # fmt: skip
    if tied:
        found["tied"] = {
            "keys": list(tied["names"]), "names": [names[key] for key in tied["names"]], "places": tied["places"],
            "remedy": tied["remedy"],
        }  # fmt: skip
        if tie:
            found["tied"] |= {"settled": {**tie, "chosen_names": [names[key] for key in tie["chosen"]]}}
            found["outcome"] = "passed"
    return found


def _sum(pair: Any) -> dict[str, Any]:
    return {"voters": pair[0], "area": area_text(pair[1])}


def _places(poll: Poll, items: Any) -> dict[str, str]:
    """The buildings and entrances that items are about, by their scope. Two statements."""
    scopes = {one.scope for one in items if one.scope}
    buildings = Building.objects.filter(
        compound_id=poll.compound_id, pk__in=[int(one[1:]) for one in scopes if one[0] == "b"]
    )
    entrances = Entrance.objects.filter(
        compound_id=poll.compound_id, pk__in=[int(one[1:]) for one in scopes if one[0] == "e"]
    ).select_related("building")
    return {f"b{one.pk}": one.name for one in buildings} | {
        f"e{one.pk}": f"{one.building.name}{one.name}" for one in entrances
    }


def _used(box: Box | None) -> dict[str, int]:
    """How many rights came by which channel, and how many by proxies."""
    found = {"phone": 0, "paper": 0, "proxy": 0}
    if box is None:
        return found
    rows = Used.objects.filter(compound_id=box.compound_id, box=box).values_list("channel", "by")
    for channel, by, many in rows.annotate(n=Count("pk")):
        found[channel] += many
        found["proxy"] += many if by == "proxy" else 0
    return found


def _reasons(box: Box | None) -> dict[str, dict[str, int]]:
    """Why ballots were invalid, by item."""
    found: dict[str, dict[str, int]] = {}
    if box is None:
        return found
    rows = Opened.objects.filter(compound_id=box.compound_id, box=box, choice="invalid").values_list("item", "reason")
    for item, reason, many in rows.annotate(n=Count("pk")).order_by("item", "reason"):
        found.setdefault(item, {})[reason or "unread"] = many
    return found
