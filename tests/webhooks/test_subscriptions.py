"""Looking after subscriptions: what is refused, what is recorded, who sees whose."""

from typing import Any

import pytest
from django.utils import timezone

from audit.models import Entry
from tenancy.scope import scope
from tests.webhooks.conftest import PUBLIC, URL, Receiver, deliveries, emit, reload
from tests.world import Side, World
from webhooks import actions, queries
from webhooks.actions import NoSuchSubscription, WebhookRefused
from webhooks.models import Subscription

ACTIONS = ("rotate", "pause", "resume", "end", "send_test")


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return list(Entry.objects.filter(verb__startswith="webhooks.").order_by("seq").values_list("verb", flat=True))


def run(side: Side, action: str, subscription: Subscription, by: str = "manager") -> Any:
    with scope(side.compound.pk):
        return getattr(actions, action)(
            compound_id=side.compound.pk, subscription_id=subscription.pk, by=side.actor(by), now=timezone.now()
        )


def test_subscribing_is_recorded_without_the_secret(world: World, subscribe: Any) -> None:
    made, secret = subscribe(world.here)
    assert secret.startswith("whsec_")
    assert len(secret) == 50
    kept = reload(world.here, made)
    assert (kept.state, kept.organisation_id) == ("active", world.here.posts["manager"].organisation_id)
    assert secret not in kept.secret
    with scope(world.here.compound.pk):
        entry = Entry.objects.get(verb="webhooks.subscribe")
    assert secret not in str(entry.changes)
    assert entry.changes["url"] == [None, URL]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"url": "http://hooks.firm.example/"}, "not_https", "url"),
        ({"url": "https://10.0.0.1/"}, "private", "url"),
        ({"url": "https://inside.example/"}, "refused_address", "url"),
        ({"url": "https://mixed.example/"}, "refused_address", "url"),
        ({"url": "https://nobody.example/"}, "no_such_name", "url"),
        ({"name": "  "}, "name", "name"),
        ({"wanted": []}, "events", "events"),
        ({"wanted": ["repairs.exploded"]}, "events", "events"),
        ({"wanted": ["webhooks.test"]}, "events", "events"),
        ({"by": "dispatcher"}, "not_yours", ""),
        ({"by": "worker"}, "not_yours", ""),
        ({"by": "chair"}, "not_yours", ""),
        ({"by": "resident"}, "not_yours", ""),
        ({"by": "street"}, "not_yours", ""),
    ],
)
def test_what_is_refused_leaves_nothing(
    world: World, subscribe: Any, receiver: Receiver, given: dict[str, Any], code: str, field: str
) -> None:
    receiver.names |= {"inside.example": ["192.168.1.9"], "mixed.example": [PUBLIC, "::1"]}
    with pytest.raises(WebhookRefused) as refused:
        subscribe(world.here, **given)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert verbs(world.here) == []
    with scope(world.here.compound.pk):
        assert not Subscription.objects.exists()


def test_ten_are_enough(world: World, subscribe: Any) -> None:
    for _ in range(actions.MOST):
        subscribe(world.here)
    with pytest.raises(WebhookRefused) as refused:
        subscribe(world.here)
    assert refused.value.code == "too_many"
    subscribe(world.here, by="officer")  # each organisation for itself


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["officer", "dispatcher", "resident"])
def test_another_organisation_finds_nothing(world: World, subscribe: Any, action: str, who: str) -> None:
    made, _secret = subscribe(world.here)
    with pytest.raises(NoSuchSubscription if who == "officer" else WebhookRefused):
        run(world.here, action, made, by=who)
    assert verbs(world.here) == ["webhooks.subscribe"]
    assert queries.subscription.__doc__
    with scope(world.here.compound.pk):
        other = world.here.posts["officer"].organisation_id
        assert queries.subscriptions(compound_id=world.here.compound.pk, organisation_id=other) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_next_door_it_is_not_there(world: World, subscribe: Any, action: str) -> None:
    made, _secret = subscribe(world.there)
    with pytest.raises(NoSuchSubscription):
        run(world.here, action, made)


def test_pause_and_resume(world: World, subscribe: Any, receiver: Receiver) -> None:
    made, _secret = subscribe(world.here)
    emit(world.here)
    assert run(world.here, "pause", made).state == "paused"
    run(world.here, "pause", made)
    now = timezone.now()
    assert actions.send_waiting(compound_id=world.here.compound.pk, now=now) == 0
    assert emit(world.here) == 0
    run(world.here, "resume", made)
    assert actions.send_waiting(compound_id=world.here.compound.pk, now=now) == 1
    assert verbs(world.here) == ["webhooks.subscribe", "webhooks.pause", "webhooks.resume"]


def test_the_end_is_the_end(world: World, subscribe: Any) -> None:
    made, _secret = subscribe(world.here)
    emit(world.here)
    run(world.here, "end", made)
    assert [(row.state, row.error) for row in deliveries(world.here)] == [("given_up", "ended")]
    for action in ACTIONS:
        with pytest.raises(WebhookRefused) as refused:
            run(world.here, action, made)
        assert refused.value.code == "ended"


def test_change_checks_a_new_address(world: World, subscribe: Any, receiver: Receiver) -> None:
    made, _secret = subscribe(world.here)
    more = {"compound_id": world.here.compound.pk, "subscription_id": made.pk, "now": timezone.now()}
    with scope(world.here.compound.pk):
        by = world.here.actor("manager")
        with pytest.raises(WebhookRefused):
            actions.change(**more, name="x", url="https://127.0.0.1/", wanted=["repairs.urged"], by=by)
        actions.change(**more, name="新名", url=URL, wanted=["repairs.urged"], by=by)
        entry = Entry.objects.get(verb="webhooks.change")
    assert entry.changes == {
        "name": ["工单系统", "新名"],
        "events": [["repairs.filed", "repairs.accepted"], ["repairs.urged"]],
    }


def test_a_test_call_goes_to_the_one_that_asked(world: World, subscribe: Any, receiver: Receiver) -> None:
    made, _secret = subscribe(world.here)
    subscribe(world.here)
    assert run(world.here, "send_test", made) == 1
    actions.send_waiting(compound_id=world.here.compound.pk, now=timezone.now())
    (call,) = receiver.calls
    assert call.said["type"] == "webhooks.test"
    assert call.said["data"].keys() == {"at", "compound", "sequence"}


def test_sending_again_keeps_the_name_of_the_call(world: World, subscribe: Any, receiver: Receiver) -> None:
    side = world.here
    _made, _secret = subscribe(side)
    emit(side)
    now = timezone.now()
    more = {"compound_id": side.compound.pk, "delivery_id": deliveries(side)[0].pk, "now": now}
    with scope(side.compound.pk):
        with pytest.raises(WebhookRefused) as refused:
            actions.resend(**more, by=side.actor("manager"))
        assert refused.value.code == "waiting"
    actions.send_waiting(compound_id=side.compound.pk, now=now)
    with scope(side.compound.pk):
        with pytest.raises(NoSuchSubscription):
            actions.resend(**more, by=side.actor("officer"))
        actions.resend(**more, by=side.actor("manager"))
    actions.send_waiting(compound_id=side.compound.pk, now=now)
    first, second = receiver.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert [(row.state, row.attempts) for row in deliveries(side)] == [("sent", 1)]
    assert verbs(side) == ["webhooks.subscribe", "webhooks.resend"]
