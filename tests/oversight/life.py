"""A compound's life by chance: requests filed on many days, each going its own way by the actions of the pages."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from repairs.actions import clock, dispatch, feedback, filing, pauses, returns, together, work
from repairs.actions.change import NoSuchRequest
from repairs.models import Category, Request
from repairs.refusals import Refused
from tenancy.scope import scope
from tests.repairs.conftest import picture
from tests.world import Side

BEGAN = datetime(2026, 3, 30, 0, 30, tzinfo=UTC)
DAYS = 70
# What may happen next in each state, the likeliest named most often. Nothing: it stays as it is.
NEXT = {
    "submitted": ["accept", "assign", "assign", "claim", "claim", "return", "withdraw", "merge", ""],
    "accepted": ["assign", "assign", "claim", "pause", "return", "withdraw", "force_close", ""],
    "assigned": ["start", "start", "start", "reassign", "pause", "return", ""],
    "working": ["finish", "finish", "finish", "finish", "pause", "force_close", ""],
    "paused": ["resume", "resume", ""],
    "awaiting": ["confirm", "confirm", "confirm", "reopen", "force_close", ""],
    "done": ["", "", "", "reopen"],
    "returned": ["uphold", "uphold", "deny", "contest", ""],
    "closed": ["", "", "reopen"],
    "merged": [""],
    "withdrawn": [""],
}


def live(side: Side, *, seed: int, requests: int) -> datetime:
    """File so many requests and let each go its way; the clock climbs now and then. Returns the moment of the last step."""
    chance = random.Random(seed)  # noqa: S311  dice, not secrets
    latest = BEGAN
    for _ in range(requests):
        at = BEGAN + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        latest = max(latest, _one(side, chance, at))
    with scope(side.compound.pk):
        clock.escalate(compound_id=side.compound.pk, now=latest)
    return latest


def _one(side: Side, chance: random.Random, at: datetime) -> datetime:
    who = chance.choice(["resident", "neighbour"])
    with scope(side.compound.pk):
        request = filing.file_request(
            compound=side.compound,
            draft=filing.Draft(
                category=chance.choice(Category.values),
                place="public",
                words="坏了",
                place_text="东门岗亭旁",
                urgent=chance.random() < 0.2,
            ),
            photos=[],
            by=side.actor(who),
            now=at,
        )
        for _ in range(14):
            step = chance.choice(NEXT[request.state])
            if not step:
                break
            # Minutes as a rule, days now and then, so that some are late and some are never answered.
            at += timedelta(minutes=chance.choice([5, 20, 90, 400, 2000, 9000]))
            with suppress(Refused, NoSuchRequest):
                STEPS[step](side, chance, who, {"compound_id": side.compound.pk, "ref": request.ref, "now": at})
            request = Request.objects.get(pk=request.pk)
    return at


def _worker(side: Side, request: dict[str, object]) -> str:
    found = Request.objects.get(ref=request["ref"])
    return "worker2" if found.worker_post == side.posts["worker2"].pk else "worker"


STEPS: dict[str, Callable[..., object]] = {
    "accept": lambda side, chance, who, it: dispatch.accept(**it, by=side.actor("manager")),
    "assign": lambda side, chance, who, it: dispatch.assign(
        **it, worker_post=side.posts[chance.choice(["worker", "worker2"])].pk, by=side.actor("dispatcher")
    ),
    "reassign": lambda side, chance, who, it: dispatch.reassign(
        **it, worker_post=side.posts["worker2"].pk, reason="换班", by=side.actor("manager")
    ),
    "claim": lambda side, chance, who, it: work.claim(**it, by=side.actor(chance.choice(["worker", "worker2"]))),
    "start": lambda side, chance, who, it: work.start(**it, photos=[], by=side.actor(_worker(side, it))),
    "finish": lambda side, chance, who, it: work.finish(
        **it, note="", photos=[picture()], by=side.actor(_worker(side, it))
    ),
    "pause": lambda side, chance, who, it: pauses.pause(
        **it, reason="等配件", until=it["now"] + timedelta(days=chance.choice([1, 3, 9])), by=side.actor("manager")
    ),
    "resume": lambda side, chance, who, it: pauses.resume(**it, by=side.actor("manager")),
    "return": lambda side, chance, who, it: dispatch.return_(
        **it, reason="管网", receiver="水务公司", by=side.actor("manager")
    ),
    "uphold": lambda side, chance, who, it: returns.uphold(**it, note="", by=side.actor("secretary")),
    "deny": lambda side, chance, who, it: returns.deny(**it, reason="属于物业", by=side.actor("secretary")),
    "contest": lambda side, chance, who, it: feedback.contest(**it, reason="不同意", by=side.actor(who)),
    "confirm": lambda side, chance, who, it: feedback.confirm(
        **it, stars=chance.randint(1, 5), comment="", by=side.actor(who)
    ),
    "reopen": lambda side, chance, who, it: feedback.reopen(**it, reason="还漏", by=side.actor(who)),
    "withdraw": lambda side, chance, who, it: feedback.withdraw(**it, reason="", by=side.actor(who)),
    "force_close": lambda side, chance, who, it: dispatch.force_close(
        **it, reason="联系不上", by=side.actor("manager")
    ),
    "merge": lambda side, chance, who, it: together.merge(
        **it,
        into=Request.objects.exclude(ref=it["ref"]).order_by("-pk").values_list("ref", flat=True).first() or "",
        by=side.actor("manager"),
    ),
}
