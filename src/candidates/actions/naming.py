"""Naming somebody: by a body, by themselves, by owners together, by a building's owners; for themselves or a corporate owner."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from candidates.actions.change import Step, begin, page_of, said
from candidates.actions.standing import complete_if_whole
from candidates.models import Candidate, Firm, Route, Signature
from candidates.models.standing import GONE, MAX_ARTICLE, MAX_NAME, MAX_STATEMENT
from candidates.permissions import is_owner_standing, may_prepare, may_recommend
from candidates.queries.owners import OwnLine, find_line, own_lines
from candidates.refusals import BadInput, NotPermitted, OutOfState
from candidates.rules.windows import nominating
from documents.actions import store_image
from parties.models import Organisation
from tenancy.actor import Actor
from tenancy.refs import new_ref
from ui.words import masked_name

PURPOSE = "candidates.photo"
MAX_STANDING = 60


@dataclass(frozen=True, slots=True)
class NomineeDraft:
    """Whom somebody names. For oneself ``home_id`` is the home (None: the only one), name and address are the register's.

    ``represents`` is the corporate owner that the register has, ``authority`` its written authority for the person ``name``.
    ``paper``: whoever prepares enters an owner's own nomination from a signed form, and says which.
    """

    route: str
    name: str = ""
    address: str = ""
    home_id: int | None = None
    represents: str = ""
    authority: str = ""
    statement: str = ""
    woman: bool | None = None
    firm: str = ""
    paper: str = ""


@transaction.atomic
def nominate(
    *, compound_id: int, ref: str, draft: NomineeDraft, photo: Any = None, by: Actor, now: datetime
) -> Candidate:
    """Name somebody. Whoever names themselves has agreed with that; others are asked.

    Refused: NoSuchCandidate, NotPermitted (not_an_owner, not_your_post, not_provided_for), OutOfState (poll_moved_on, no_plan,
    not_nominating), BadInput (unknown_route, say_why, too_long, no_such_home, not_the_owner, which_home, other_building,
    authority_missing, named_already, too_many_candidates, unknown_firm), FileRefused.
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    plan, today = step.whole.plan, localdate(now)
    if plan is None or plan.opened_at is None:
        raise OutOfState("no_plan")
    for value, known, field in ((draft.route, Route.values, "route"), (draft.firm, ("", *Firm.values), "firm")):
        if value not in known:
            raise BadInput(f"unknown_{field}", field=field)
    if not nominating(today, starts=plan.starts, ends=plan.ends, opened=True):
        raise OutOfState("not_nominating", since=f"{plan.starts:%Y-%m-%d}", until=f"{plan.ends:%Y-%m-%d}")
    mine = _may_name(step, draft)
    standing = Candidate.objects.filter(compound_id=compound_id, poll=step.poll).exclude(state__in=GONE)
    if standing.count() >= MAX_STANDING:
        raise BadInput("too_many_candidates", field="name", most=str(MAX_STANDING))
    line, name = _who(step, draft, mine)
    if draft.route == Route.BUILDING and draft.paper == "" and line.building_id not in {o.building_id for o in mine}:
        raise BadInput("other_building", field="address")
    if standing.filter(name=name, address=line.address).exists():
        raise BadInput("named_already", field="name")
    made = _make(step, draft, line, name, mine)
    if photo is not None:
        made.photo = store_image(compound_id=compound_id, by=by, upload=photo, purpose=PURPOSE, now=now)
    made.save()
    _sign_first(step, made, mine)
    if draft.route != Route.SELF and made.person_id:
        step.tell([made.person_id], "named", link=page_of(step.poll, made.ref), who=made.nominator, ref=made.ref)
    complete_if_whole(step, made)
    step.settle(
        "nominate", made, {"name": [None, made.name], "route": [None, made.route], "by": [None, made.nominator]}
    )
    return made


def _sign_first(step: Step, made: Candidate, mine: list[OwnLine]) -> None:
    """Whoever begins to name somebody together with others has signed."""
    if not mine or made.route not in {Route.JOINT, Route.BUILDING}:
        return
    first = mine[0] if made.route == Route.JOINT else next(o for o in mine if o.building_id == made.building_id)
    Signature.objects.create(
        compound_id=made.compound_id, candidate=made, person_id=step.by.person_id, name=first.name[:40],
        home_id=first.home_id, building_id=first.building_id, at=step.now,
    )  # fmt: skip


def _may_name(step: Step, draft: NomineeDraft) -> list[OwnLine]:
    """The homes of whoever names as an owner; none for a body and for what is entered from paper."""
    by, whole = step.by, step.whole
    if draft.route == Route.RECOMMENDED:
        if not may_recommend(by, step.poll):
            raise NotPermitted("not_your_post")
        return []
    plan = whole.planned
    if (draft.route == Route.JOINT and plan.joint_owners is None) or (
        draft.route == Route.BUILDING and not plan.by_building
    ):
        raise NotPermitted("not_provided_for")
    if by.party != "resident":
        if not may_prepare(by, step.poll, whole.group):
            raise NotPermitted("not_your_post")
        # An owner without a phone: the signed form is what was handed in.
        said(draft.paper, "paper", MAX_ARTICLE)
        return []
    if not is_owner_standing(by, step.poll):
        raise NotPermitted("not_an_owner")
    mine = own_lines(compound_id=step.poll.compound_id, person_id=by.person_id, on=localdate(step.now))
    if not mine:
        raise NotPermitted("not_an_owner")
    return mine


def _who(step: Step, draft: NomineeDraft, mine: list[OwnLine]) -> tuple[OwnLine, str]:
    """The home and the name under which the nominee stands."""
    if draft.route == Route.SELF and mine:
        if draft.home_id is None and len(mine) > 1:
            raise BadInput("which_home", field="home_id")
        line = mine[0] if draft.home_id is None else next((o for o in mine if o.home_id == draft.home_id), None)
        if line is None:
            raise BadInput("which_home", field="home_id")
        if draft.represents:
            return line, said(draft.name, "name", MAX_NAME)
        return line, line.name[:MAX_NAME]
    name = said(draft.name, "name", MAX_NAME)
    owner = said(draft.represents, "represents", 80) if draft.represents else name
    address = said(draft.address, "address", 60)
    line = find_line(compound_id=step.poll.compound_id, name=owner, address=address, on=localdate(step.now))
    if line is None:
        raise BadInput("no_such_home", field="address")
    # Owners are not told who lives where: what does not fit the register is seen in the review. Offices have the register.
    if line.line is None and step.by.party != "resident":
        raise BadInput("not_the_owner", field="name")
    return line, name


def _make(step: Step, draft: NomineeDraft, line: OwnLine, name: str, mine: list[OwnLine]) -> Candidate:
    by, now = step.by, step.now
    self_named = draft.route == Route.SELF
    authority = said(draft.authority, "authority", MAX_ARTICLE, needed=bool(draft.represents))
    organisation = None
    if draft.route == Route.RECOMMENDED:
        organisation = Organisation.objects.get(pk=by.organisation_id or 0)
        nominator = organisation.name
    elif self_named:
        nominator = "本人"
    else:
        nominator = f"{masked_name(mine[0].name)}等业主" if mine else "业主联名"
    nominee = line.person_id if not draft.represents else (by.person_id if self_named and mine else None)
    agreed = self_named
    return Candidate(
        compound_id=step.poll.compound_id, poll=step.poll, ref=new_ref(), key=f"c{secrets.token_hex(5)}", name=name,
        route=draft.route, nominator=nominator[:120], organisation=organisation, by_person_id=by.person_id,
        by_post_id=by.post_id, label=by.signature, home_id=line.home_id, address=line.address,
        building_id=line.building_id, building=line.building, line=line.line,
        person_id=by.person_id if self_named and mine else nominee,
        represents=said(draft.represents, "represents", 80, needed=False), authority=authority,
        statement=_statement(draft.statement), woman=draft.woman, firm=draft.firm,
        consented_at=now if agreed else None, consented_as=by.signature if agreed else "",
        consent_paper=said(draft.paper, "paper", MAX_ARTICLE, needed=False) if agreed else "",
        created_at=now, updated_at=now,
    )  # fmt: skip


def _statement(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(words) > MAX_STATEMENT:
        raise BadInput("too_long", field="statement", most=str(MAX_STATEMENT))
    return words
