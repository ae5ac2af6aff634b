"""Reply templates: a compound's own, and a city's. Every version stays, with who changed what."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from audit.actions import record
from parties.models import Jurisdiction
from repairs.models import CityReply, ReplyTemplate
from repairs.models.policies import Reply
from repairs.permissions import may_set_city_rules, may_set_rules
from repairs.refusals import BadInput, NotPermitted
from tenancy.actor import Actor
from tenancy.models import Area, Compound

MAX_TITLE = 30
MAX_TEXT = 300
# They stand in the forms of every request.
MAX_REPLIES = 100


class NoSuchReply(Exception):
    """No such template holds; the view answers 404."""


@transaction.atomic
def save_reply(
    *, compound_id: int, reply: int | None, step: str, title: str, text: str, by: Actor, now: datetime
) -> ReplyTemplate:
    """Add a template (``reply`` None) or put a new version in the place of one.

    From a compound's first template of a step on, its own ones are offered there in place of those above. Refused with
    NotPermitted or BadInput (reply_step, say_title, say_words, too_long, too_many_replies).
    """
    if compound_id not in by.compound_ids or not may_set_rules(by):
        raise NotPermitted("not_yours")
    values = _checked(step, title, text)
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    rows = ReplyTemplate.objects.filter(compound_id=compound_id)
    last, version, key = _next(rows, reply, now)
    made: ReplyTemplate = ReplyTemplate.objects.create(
        compound_id=compound_id, reply=key, version=version, **values, **_who(by, now)
    )
    _keep(compound_id, key, [last.text if last is not None else None, made.text], by, now)
    return made


@transaction.atomic
def end_reply(*, compound_id: int, reply: int, by: Actor, now: datetime) -> None:
    """Take a template away; its versions stay."""
    if compound_id not in by.compound_ids or not may_set_rules(by):
        raise NotPermitted("not_yours")
    Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    last, _version, _key = _next(ReplyTemplate.objects.filter(compound_id=compound_id), reply, now, by)
    _keep(compound_id, reply, [last.text, None], by, now)


@transaction.atomic
def save_city_reply(
    *, area_id: int, reply: int | None, step: str, title: str, text: str, by: Actor, now: datetime
) -> CityReply:
    """As ``save_reply``, for a whole city: offered wherever a compound has none of its own. The versions are the record."""
    _of_the_city(area_id, by, now)
    values = _checked(step, title, text)
    _last, version, key = _next(CityReply.objects.filter(area_id=area_id), reply, now)
    return CityReply.objects.create(area_id=area_id, reply=key, version=version, **values, **_who(by, now))


@transaction.atomic
def end_city_reply(*, area_id: int, reply: int, by: Actor, now: datetime) -> None:
    """Take a city's template away; its versions stay."""
    _of_the_city(area_id, by, now)
    _next(CityReply.objects.filter(area_id=area_id), reply, now, by)


def _of_the_city(area_id: int, by: Actor, now: datetime) -> None:
    answers = Jurisdiction.objects.filter(
        organisation_id=by.organisation_id or 0,
        area_id=area_id,
        area__level=Area.Level.CITY,
        starts__lte=localdate(now),
    ).exclude(ends__lt=localdate(now))
    if not may_set_city_rules(by) or not answers.exists():
        raise NotPermitted("not_yours")
    Area.objects.select_for_update(no_key=True).get(pk=area_id)


def _checked(step: str, title: str, text: str) -> dict[str, str]:
    if step not in Reply.Step.values:
        raise BadInput("reply_step", field="step")
    for name, value, most, code in (("title", title, MAX_TITLE, "say_title"), ("text", text, MAX_TEXT, "say_words")):
        if not value.strip():
            raise BadInput(code, field=name)
        if len(value.strip()) > most or "\x00" in value:
            raise BadInput("too_long", field=name, most=str(most))
    return {"step": step, "title": title.strip(), "text": text.strip()}


def _next(rows: Any, reply: int | None, now: datetime, by: Actor | None = None) -> tuple[Any, int, int]:
    """The version that holds, ended now (None for a new template), and the version and key of what follows.

    ``by`` is whoever takes the template away for good.
    """
    if reply is None:
        if rows.filter(ended_at__isnull=True).count() >= MAX_REPLIES:
            raise BadInput("too_many_replies", field="step")
        return None, 1, (rows.aggregate(most=Max("reply"))["most"] or 0) + 1
    last = rows.filter(reply=reply, ended_at__isnull=True).first()
    if last is None:
        raise NoSuchReply
    rows.filter(pk=last.pk).update(
        ended_at=max(last.since, now), ended_as=f"{by.person_name} {by.label}"[:160] if by is not None else ""
    )
    return last, last.version + 1, reply


def _who(by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "since": now,
        "changed_at": now,
        "changed_by": by.person_id,
        "changed_as": f"{by.person_name} {by.label}"[:160],
    }


def _keep(compound_id: int, reply: int, change: list[str | None], by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=compound_id,
        verb="repairs.reply",
        target=f"repairs.replytemplate:{reply}",
        changes={"text": change},
        now=now,
    )
