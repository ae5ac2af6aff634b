"""Mass incidents that go on when the firm goes: the next firm runs them, or the community while there is none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from audit.models import Entry
from handover.actions.passing import pass_on
from handover.models import Item
from handover.pdf import cases_context, cases_target
from handover.queries import compounds_with_stranded
from messaging.models import Message
from repairs.actions import incident_handing, incidents
from repairs.actions.incident_handing import hand_on_incidents
from repairs.models import Incident
from repairs.refusals import NotPermitted
from tenancy.scope import across_tenants, scope
from tests.handover.conftest import LAST_DAY, MIDNIGHT, NEXT_FIRM, actor_on, file_one, listing_of
from tests.world import Side

BEFORE, AFTER = MIDNIGHT - timedelta(seconds=1), MIDNIGHT + timedelta(seconds=1)
EARLIER = MIDNIGHT - timedelta(hours=3)


def opened(side: Side, *, refs: tuple[str, ...] = (), title: str = "全小区停水") -> Incident:
    with scope(side.compound.pk):
        return incidents.open_incident(
            compound_id=side.compound.pk,
            title=title,
            words="主管爆裂，正在抢修。",
            category="water",
            refs=refs,
            expected_end=MIDNIGHT + timedelta(hours=6),
            by=side.actor("manager", localdate(EARLIER)),
            now=EARLIER,
        )


def joined(side: Side, incident: Incident, who: str) -> None:
    with scope(side.compound.pk):
        incidents.join_incident(
            compound_id=side.compound.pk,
            incident_ref=incident.ref,
            by=side.actor(who, localdate(EARLIER)),
            now=EARLIER,
        )


def pass_all(side: Side, now: Any) -> int:
    with scope(side.compound.pk):
        return pass_on(compound_id=side.compound.pk, now=now)


def fresh(side: Side, incident: Incident) -> Incident:
    with scope(side.compound.pk):
        found: Incident = Incident.objects.select_related("company").get(pk=incident.pk)
        return found


def firm_of(side: Side, incident: Incident) -> str:
    found = fresh(side, incident).company
    return found.name if found is not None else ""


def told(side: Side, template: str) -> dict[str, str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, template=template, channel="in_app")
        return {names[person]: body for person, body in rows.values_list("person_id", "body")}


def close(side: Side, incident: Incident, who: str) -> Incident:
    with scope(side.compound.pk):
        return incidents.close_incident(
            compound_id=side.compound.pk,
            incident_ref=incident.ref,
            words="水已恢复。",
            finished=True,
            by=actor_on(side, who, localdate(AFTER)),
            now=AFTER,
        )


def test_it_goes_over_with_its_requests(leaving: Callable[..., Side]) -> None:
    side = leaving(next=True)
    request = file_one(side, now=EARLIER)
    made = opened(side, refs=(request.ref,))
    joined(side, made, "neighbour")
    assert firm_of(side, made) == "和美物业"
    assert pass_all(side, BEFORE) == 0
    assert firm_of(side, made) == "和美物业"
    assert pass_all(side, MIDNIGHT) == 1
    now = fresh(side, made)
    assert (now.closed_at, now.expected_end) == (None, MIDNIGHT + timedelta(hours=6))
    assert firm_of(side, made) == NEXT_FIRM
    # Who has a request of their own hears of that; who only joined hears of the incident.
    assert told(side, "repairs.handed_on").keys() == {"resident"}
    assert told(side, "repairs.incident_handed") == {
        "neighbour": f"全小区停水：和美物业的服务已到期，现在由{NEXT_FIRM}接着处理，有新情况会告诉您。"
    }
    (came,) = told(side, "handover.incidents_came").items()
    assert came[0] == "manager2"
    assert "没结束的 1 件群体事件（全小区停水）转给了您" in came[1]
    with scope(side.compound.pk):
        entry = Entry.objects.get(compound=side.compound, verb="repairs.incident_hand_on")
        assert entry.changes == {"company": ["和美物业", NEXT_FIRM]}
        request.refresh_from_db()
    assert request.incident_id == made.pk
    assert pass_all(side, AFTER) == 0  # once
    assert len(told(side, "handover.incidents_came")) == 1
    # The next desk ends it with one text, and the request waits for its filer.
    assert close(side, made, "manager2").closed_at == AFTER
    with scope(side.compound.pk):
        request.refresh_from_db()
    assert request.state == "awaiting"


def test_without_a_firm_the_community_runs_it(leaving: Callable[..., Side], sign_in: Callable[..., Any]) -> None:
    side = leaving()
    made = opened(side)
    joined(side, made, "neighbour")
    page = f"/c/{side.compound.code}/incidents/{made.ref}/"
    assert "告诉大家新情况" not in sign_in(side, "officer").get(page).content.decode()
    with pytest.raises(NotPermitted), scope(side.compound.pk):
        incidents.tell_incident(
            compound_id=side.compound.pk,
            incident_ref=made.ref,
            words="x",
            expected_end=None,
            by=side.actor("officer", localdate(BEFORE)),
            now=BEFORE,
        )
    assert pass_all(side, MIDNIGHT) == 0
    assert fresh(side, made).company is None
    assert told(side, "repairs.incident_without_firm").keys() == {"neighbour"}
    assert told(side, "handover.incidents_without_firm").keys() == {"secretary", "officer"}
    assert "告诉大家新情况" in sign_in(side, "officer").get(page).content.decode()
    with pytest.raises(NotPermitted):
        close(side, made, "chair")
    assert close(side, made, "officer").closing_words == "水已恢复。"
    assert told(side, "repairs.incident_over").keys() == {"neighbour"}


def test_what_is_over_or_renewed_stays(leaving: Callable[..., Side]) -> None:
    side = leaving(next=True)
    over = opened(side)
    with scope(side.compound.pk):
        incidents.close_incident(
            compound_id=side.compound.pk,
            incident_ref=over.ref,
            words="好了",
            finished=True,
            by=side.actor("manager", localdate(BEFORE)),
            now=BEFORE,
        )
    pass_all(side, MIDNIGHT)
    assert firm_of(side, over) == "和美物业"
    assert told(side, "handover.incidents_came") == {}


def test_the_sweep_finds_it_without_any_request(leaving: Callable[..., Side], statements: Callable[[], Any]) -> None:
    side = leaving(next=True)
    opened(side)
    with across_tenants(reason="test") as scopes, statements() as seen:
        found = compounds_with_stranded(scopes.compound_ids, localdate(MIDNIGHT), since=LAST_DAY)
    assert (found, len(seen)) == ([side.compound.pk], 1)
    pass_all(side, MIDNIGHT)
    with across_tenants(reason="test") as scopes:
        assert compounds_with_stranded(scopes.compound_ids, localdate(MIDNIGHT), since=LAST_DAY) == []


def test_it_stands_on_the_list_and_on_the_sheet_until_it_is_over(leaving: Callable[..., Side]) -> None:
    side = leaving(next=True)
    made = opened(side)
    handover = listing_of(side)
    with scope(side.compound.pk):
        row = Item.objects.get(compound=side.compound, handover=handover, source=f"incident:{made.ref}")
        assert (row.kind, row.title, row.place, row.verdict) == ("case", "群体事件 全小区停水", "全小区", "handed")
        assert row.due_at == MIDNIGHT + timedelta(hours=6)
        sheet = cases_context(compound_id=side.compound.pk, target=cases_target(side.compound.pk))
    assert [one["title"] for one in sheet["incidents"]] == ["群体事件 全小区停水"]


def test_nothing_goes_over_when_it_cannot_be_said(
    leaving: Callable[..., Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    side = leaving(next=True)
    made = opened(side)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no queue")

    monkeypatch.setattr(incident_handing, "send", broken)
    with pytest.raises(RuntimeError), scope(side.compound.pk):
        hand_on_incidents(compound_id=side.compound.pk, now=MIDNIGHT)
    assert firm_of(side, made) == "和美物业"
