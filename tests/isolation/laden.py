"""What the tests of isolation find in both compounds: a row of every kind, next door with the canary in every text."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from documents.actions import request_document
from documents.models import StoredFile
from duty.actions import planning
from duty.actions.hands import offer
from duty.models import Shift
from messaging.models import Message
from open311 import actions as open311
from repairs.actions.clock import escalate
from repairs.actions.incidents import open_incident
from repairs.actions.places import make_place
from repairs.actions.policies import set_deadlines
from repairs.actions.replies import save_reply
from repairs.actions.routing import RuleDraft, save_rule
from repairs.models import Escalation, Request, ReturnVisit
from repairs.rules.categories import Term
from repairs.rules.visits import last_month
from tenancy.scope import scope
from tests.ballots.laden import put_ballots_up
from tests.candidates.preparing import put_candidates_up
from tests.committees.laden import put_a_committee_in
from tests.defects.conftest import put_defects_in
from tests.elections.laden import put_a_vote_in
from tests.equipment.conftest import put_equipment_in
from tests.firms.conftest import contract_of, firm_of
from tests.firms.conftest import paper as register_paper
from tests.hall.conftest import put_up as hang_a_screen
from tests.handover.conftest import put_something as put_a_handover_in
from tests.letters.writing import put_letters_up
from tests.notices.conftest import put_a_chain_up, put_a_template_up, put_notices_up
from tests.posting.conftest import put_papers_up
from tests.publicity.objections import put_objections_up
from tests.publicity.periods import put_a_publicity_up
from tests.registers.conftest import put_something_in
from tests.repairs.conftest import bring_to, file_one, picture
from tests.residency.conftest import put_something_everywhere
from tests.rosters.conftest import put_rosters_in
from tests.rounds.conftest import put_rounds_in
from tests.world import CANARY, Side, World
from webhooks import actions as webhooks
from webhooks.models import Delivery

Values = dict[str, dict[str, Any]]


def lade(world: World) -> Values:
    """Put something of everything into both compounds; returns the values of URL parameters on each side."""
    values = {}
    now = timezone.now()
    for name, side, mark in (("here", world.here, ""), ("there", world.there, CANARY)):
        request = bring_to(
            side, "awaiting", now=now - timedelta(hours=2), words=f"漏水{mark}", photos=[picture()], place_text=mark
        )
        file_one(side, now=now - timedelta(days=30), words=f"很久了{mark}", place="public", place_text=f"东门{mark}")
        with scope(side.compound.pk):
            escalate(compound_id=side.compound.pk, now=now)
            document = request_document(
                compound_id=side.compound.pk,
                by=side.actor("manager"),
                kind="repairs.slip",
                target=f"repairs.request:{request.pk}",
                now=now,
            )
            values[name] = {
                "code": side.compound.code,
                "ref": request.ref,
                "file": StoredFile.objects.order_by("pk").first().ref,
                "document_id": document.pk,
                "escalation_id": Escalation.objects.order_by("-pk").first().pk,
                **_subscribed(side, mark, now),
                **put_something_everywhere(side, mark, now),
                **put_something_in(side, mark, now),
                **_on_duty(side, now),
                **put_a_handover_in(side, mark, now),
                **_in_the_register(side, mark, now),
                **_on_the_board(side, mark, now),
                **put_a_vote_in(side, mark, now),
                **put_ballots_up(side, int(name == "there"), mark, now),
                **put_a_chain_up(side, mark, now),
                **put_a_committee_in(side, mark, now),
                "screen_id": hang_a_screen(side, name=f"厅{mark}", now=now)[0].pk,
                **put_papers_up(side, mark, now),
                **put_equipment_in(side, mark, now),
                **put_rosters_in(side, mark, now),
                **put_defects_in(side, mark, now),
                **put_rounds_in(side, mark, now),
                **put_candidates_up(side, mark, now),
                "key_id": _key(side, mark, now),
                "pk": Message.objects.order_by("-pk").first().pk,
                "action": "accept",
                "incident": _incident(side, mark, now),
                "spot": _spot(side, mark, now),
                **_ruled(side, mark, now),
                # Not the compound's own: another value for the next one, so that it is not there here.
                "category": "nothing" if mark else "water",
                "pace": "ordinary",
                "way": "up",
                "visit_id": _visit(side, request, mark, now),
                "step": "tell",
                "number": 1,
                "entrance": side.homes[0].entrance_id,
                "decision": "agree",
            }
    return values


def _subscribed(side: Side, mark: str, now: datetime) -> dict[str, int]:
    """A system outside that is told of requests, with one delivery."""
    made, _secret = webhooks.subscribe(
        compound_id=side.compound.pk,
        name=f"工单{mark}",
        url="https://93.184.215.14/in",
        wanted=["repairs.filed"],
        by=side.actor("manager"),
        now=now,
    )
    webhooks.send_test(compound_id=side.compound.pk, subscription_id=made.pk, by=side.actor("manager"), now=now)
    return {"subscription_id": made.pk, "delivery_id": Delivery.objects.order_by("-pk").first().pk}


def _key(side: Side, mark: str, now: datetime) -> int:
    """A key of the firm's own system."""
    made, _secret = open311.make_key(
        compound_id=side.compound.pk, name=f"热线{mark}", by=side.actor("manager"), now=now
    )
    return made.pk


def _incident(side: Side, mark: str, now: datetime) -> str:
    """A mass incident that goes on."""
    made = open_incident(
        compound_id=side.compound.pk,
        title=f"停水{mark}",
        words=f"抢修{mark}",
        category="water",
        by=side.actor("manager"),
        now=now,
    )
    return made.ref


def _visit(side: Side, request: Request, mark: str, now: datetime) -> int:
    """A return visit that is still to be made."""
    month = localdate(now).replace(day=1)
    visit = ReturnVisit.objects.create(
        compound=side.compound, request=request, month=last_month(month), drawn_at=now, note=f"无人接听{mark}"
    )
    return visit.pk


def _spot(side: Side, mark: str, now: datetime) -> str:
    """The code of a public place."""
    made = make_place(
        compound_id=side.compound.pk,
        place_text=f"东门{mark}",
        building_id=None,
        category="access",
        by=side.actor("manager"),
        now=now,
    )
    return made.code


def _ruled(side: Side, mark: str, now: datetime) -> dict[str, int]:
    """A routing rule, deadlines and a reply template of the compound."""
    by = side.actor("manager")
    draft = RuleDraft(position=0, target="receiver", receiver=f"供水公司{mark}")
    said = {"step": "pause", "title": "等配件", "text": f"在路上{mark}"}
    # They are numbered in each compound from one: the next one has a number that is not there here.
    for _ in range(2 if mark else 1):
        rule = save_rule(compound_id=side.compound.pk, rule=None, draft=draft, by=by, now=now)
        reply = save_reply(compound_id=side.compound.pk, reply=None, **said, by=by, now=now)
    set_deadlines(
        compound_id=side.compound.pk,
        category="water",
        urgent=False,
        respond=Term(20, "calendar"),
        finish=Term(60, "calendar"),
        since=now,
        by=side.actor("chair"),
        now=now,
    )
    return {"rule": rule.rule, "reply": reply.reply}


def _on_duty(side: Side, now: datetime) -> dict[str, int]:
    """A weekly pattern, and a shift of it that is offered to a colleague."""
    worker, mate = (side.posts[name].pk for name in ("worker", "worker2"))
    made = planning.add_pattern(
        compound_id=side.compound.pk,
        post_id=worker,
        weekdays=list(range(7)),
        starts=time(8),
        ends=time(8),
        phone="",
        since=localdate(now),
        by=side.actor("manager"),
        now=now,
    )
    shift = Shift.objects.order_by("-starts_at").first()
    wish = offer(compound_id=side.compound.pk, shift_id=shift.pk, to_post=mate, by=side.actor("worker"), now=now)
    return {"pattern_id": made.pk, "shift_id": shift.pk, "offer_id": wish.pk}


def _in_the_register(side: Side, mark: str, now: datetime) -> dict[str, int]:
    """A firm with its contract, somebody's post in it, and a certificate."""
    paper = register_paper(side, number=f"证{mark}", now=now)
    return {
        "firm_id": firm_of(side),
        "body_id": firm_of(side),
        "post_key": side.posts["worker2"].pk,
        "contract_id": contract_of(side).pk,
        "certificate_id": paper.pk,
    }


def _on_the_board(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """A notice that is out, corrected once, read, with a paper to sign for; and one that waits to be countersigned."""
    made = put_notices_up(side, mark, now)
    kept = put_a_template_up(side, mark, now)
    put_a_publicity_up(side, mark, now)
    _period, objection = put_objections_up(side, mark, now)
    letter = put_letters_up(side, mark, now)
    return {
        "notice": made.ref,
        "act": "withdraw",
        "objection": objection.ref,
        "letter": letter.ref,
        "template_id": kept.pk,
    }
