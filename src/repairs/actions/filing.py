"""Filing a request: everything that a resident's one tap does, in as few statements as it takes."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.crypto import digest, encrypt
from accounts.numbers import to_e164
from documents.actions import copy_image, store_image
from documents.models import StoredFile
from repairs.actions.change import deadline, event_label, log, tell
from repairs.actions.routing import ask
from repairs.models import Category, Photo, Place, Request, State
from repairs.permissions import may_file_for, may_take_calls
from repairs.queries import FilingFacts, filing_facts, home_and_caller, home_and_resident
from repairs.refusals import BadInput, NotPermitted
from repairs.rules.behalf import CALLER
from repairs.rules.behalf import MOST as MAX_BEHALF
from repairs.rules.behalf import refused as behalf_refused
from repairs.rules.categories import terms
from repairs.rules.ladder import next_step
from repairs.rules.periods import MAX_PHOTOS, MAX_PLACE, MAX_WANTED, MAX_WORDS
from residency.queries import acts_for
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.statements import prepared

PURPOSE = "repairs.photo"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a resident gives: ``category`` and ``place`` are codes; ``home_id`` and ``building_id`` go with the place."""

    category: str
    place: str
    words: str
    home_id: int | None = None
    building_id: int | None = None
    place_text: str = ""
    urgent: bool = False
    wanted_time: str = ""
    # The code of a place or device that was read; it names the place.
    spot: str = ""
    behalf: "Behalf | None" = None
    # Of what the firm finds: not for residents' lists (``file_finding``).
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Behalf:
    """For whom a request is filed (代报): their name, number as typed, and how they agreed. Their home is the draft's.

    ``parent_id`` instead of all three: the parent for whom the filer acts (亲情代办); the bond is the consent.
    ``caller`` marks someone who told a hotline (12345): their name, number and home are given as far as they are known, and
    the consent is the one that they gave there. Who calls need not live here.
    """

    name: str = ""
    phone: str = ""
    consent: str = ""
    parent_id: int | None = None
    caller: bool = False


@dataclass(frozen=True, slots=True)
class _For:
    """The person for whom it is filed, found by their number among the residents of their home, or known by name only."""

    person_id: int | None
    name: str
    phone_cipher: str
    consent: str


class SimilarOpen(Exception):
    """Neighbours have reported the like: nothing was filed, and it is asked whether it is the same."""


def file_request(
    *,
    compound: Compound,
    draft: Draft,
    photos: Sequence[UploadedFile[Any]],
    by: Actor,
    now: datetime,
    ask_similar: bool = False,
) -> Request:
    """File a request as a resident of the compound, or for one (``draft.behalf``).

    Refuses with NotPermitted (not a resident here, or none who may file for others) or BadInput (field and code); with
    ``ask_similar`` with SimilarOpen when neighbours reported the like, which the caller then offers. The photos' own
    refusals are documents.actions.FileRefused. Writes the request with its number and first event, the photos, the audit
    entry, the messages to the firm's desk (and, when urgent, to all on duty), and the live events.
    """
    calls = draft.behalf is not None and draft.behalf.caller
    if compound.pk not in by.compound_ids or (
        by.party != "resident" and not calls and (draft.behalf is None or not may_file_for(by))
    ):
        raise NotPermitted("not_resident")
    if calls and not may_take_calls(by):
        raise NotPermitted("not_yours")
    # Who stands here only as somebody's child files for that parent and for nobody else.
    if by.role == "child" and (draft.behalf is None or draft.behalf.parent_id is None):
        raise NotPermitted("only_for_parent")
    _check(draft, photos)
    behalf, address = _for_whom(compound.pk, draft, by, now) if draft.behalf is not None else (None, None)
    facts = filing_facts(
        compound_id=compound.pk,
        person_id=by.person_id,
        home_id=draft.home_id,
        building_id=draft.building_id,
        category=draft.category,
        urgent=draft.urgent,
        on=localdate(now),
        now=now,
        spot=draft.spot,
        ask_similar=ask_similar,
        inside=draft.place == Place.HOME,
    )
    if facts.similar:
        raise SimilarOpen
    if address is not None:
        facts = replace(facts, home_address=address)
    place_text = _place_text(draft, facts)
    # Only a photo can still be refused from here on: without one, a savepoint would be two statements for nothing.
    with transaction.atomic(savepoint=bool(photos)):
        made = _write(
            compound=compound,
            draft=draft,
            photos=photos,
            place_text=place_text,
            facts=facts,
            behalf=behalf,
            by=by,
            now=now,
        )
        if behalf is not None:
            tell(
                made, [behalf.person_id or 0], "repairs.filed_for", by=by, now=now, who=by.label, place=made.place_text
            )
        return made


def file_finding(
    *, compound: Compound, draft: Draft, carried: Sequence[StoredFile], by: Actor, now: datetime
) -> Request:
    """File what the firm's own people found in a public place or a building, with pictures that are here already.

    Refuses with NotPermitted (not_yours) whoever is no post of the firm, and as ``file_request`` with BadInput. Of more
    pictures than a request takes the first are carried over, each as a copy that is read by whoever reads the request.
    """
    if compound.pk not in by.compound_ids or by.party != "company" or by.post_id is None:
        raise NotPermitted("not_yours")
    if draft.place == Place.HOME or draft.behalf is not None:
        raise BadInput("unknown_place", field="place")
    _check(draft, ())
    facts = filing_facts(
        compound_id=compound.pk,
        person_id=by.person_id,
        home_id=None,
        building_id=draft.building_id,
        category=draft.category,
        urgent=draft.urgent,
        on=localdate(now),
        now=now,
        spot=draft.spot,
        ask_similar=False,
        inside=False,
    )
    with transaction.atomic():
        return _write(
            compound=compound, draft=draft, photos=(), place_text=_place_text(draft, facts), facts=facts, behalf=None,
            by=by, now=now, carried=carried[:MAX_PHOTOS],
        )  # fmt: skip


def _for_whom(compound_id: int, draft: Draft, by: Actor, now: datetime) -> tuple[_For, str | None]:
    """Who it is for, and the address of their home. Whether the number has an account is told to nobody who types it."""
    assert draft.behalf is not None  # noqa: S101  the caller asked
    if draft.behalf.parent_id is not None:
        return _for_a_parent(compound_id, draft, draft.behalf.parent_id, by, now)
    if draft.behalf.caller:
        return _for_a_caller(compound_id, draft, draft.behalf, now)
    try:
        phone = to_e164(draft.behalf.phone)
    except ValueError:
        phone = ""
    code, field = behalf_refused(name=draft.behalf.name, phone=phone, consent=draft.behalf.consent)
    if code:
        raise BadInput(code, field=field, **({"most": str(MAX_BEHALF[field])} if code == "too_long" else {}))
    address, person_id = home_and_resident(
        compound_id=compound_id, home_id=draft.home_id, digest=digest(phone), on=localdate(now)
    )
    if address is None:
        raise BadInput("no_such_home", field="home")
    whom = _For(person_id, draft.behalf.name.strip(), encrypt(phone), draft.behalf.consent.strip())
    return whom, address


def _for_a_parent(compound_id: int, draft: Draft, parent_id: int, by: Actor, now: datetime) -> tuple[_For, str]:
    """The parent for whom a child acts here today; their home is one of the parent's."""
    bonds = acts_for(by.person_id, compound_id, localdate(now)) if by.party == "resident" else []
    bond = next((bond for bond in bonds if bond.person_id == parent_id), None)
    if bond is None:
        raise NotPermitted("not_bound")
    address = dict(bond.homes).get(draft.home_id or 0)
    if address is None:
        raise BadInput("no_such_home", field="home")
    return _For(parent_id, bond.name, "", _("亲情代办")), address


def _for_a_caller(compound_id: int, draft: Draft, behalf: Behalf, now: datetime) -> tuple[_For, str | None]:
    """Who told a hotline: the office's own report, for a caller who may have no home here and may give no name.

    A number that a resident of the compound has makes it theirs as well: they read it and get its answers. For anybody
    else the hotline follows it, and the community speaks for them as for everyone without an account.
    """
    phone = ""
    if behalf.phone.strip():
        try:
            phone = to_e164(behalf.phone)
        except ValueError:
            raise BadInput("phone_wrong", field="for_phone") from None
    name = behalf.name.strip() or CALLER
    # A caller need not leave a number: what is checked of it was checked above.
    code, field = behalf_refused(name=name, phone=phone or CALLER, consent=behalf.consent)
    if code:
        raise BadInput(code, field=field, **({"most": str(MAX_BEHALF[field])} if code == "too_long" else {}))
    address, person_id = home_and_caller(
        compound_id=compound_id, home_id=draft.home_id, digest=digest(phone) if phone else "", on=localdate(now)
    )
    if address is None and (draft.home_id is not None or draft.place == Place.HOME):
        raise BadInput("no_such_home", field="home")
    return _For(person_id, name, encrypt(phone) if phone else "", behalf.consent.strip()), address


def _write(
    *,
    compound: Compound,
    draft: Draft,
    photos: Sequence[UploadedFile[Any]],
    place_text: str,
    facts: FilingFacts,
    behalf: _For | None,
    by: Actor,
    now: datetime,
    carried: Sequence[StoredFile] = (),
) -> Request:
    files = [store_image(compound_id=compound.pk, by=by, upload=photo, purpose=PURPOSE, now=now) for photo in photos]
    files += [copy_image(compound_id=compound.pk, by=by, stored=one, purpose=PURPOSE, now=now) for one in carried]
    request = _insert(compound=compound, draft=draft, place_text=place_text, facts=facts, behalf=behalf, by=by, now=now)
    if files:
        Photo.objects.bulk_create(
            [
                Photo(compound_id=compound.pk, request_id=request.pk, file=file, stage=Photo.Stage.FILED, at=now)
                for file in files
            ]
        )
    log(request, action="file", changes={"state": [None, request.state]}, by=by, now=now)
    tell(
        request,
        _hearers(request, facts),
        "repairs.filed_urgent" if draft.urgent else "repairs.filed",
        by=by,
        now=now,
        urgent=draft.urgent,
        category=str(Category(request.category).label),
        place=request.place_text,
    )
    return request


def _hearers(request: Request, facts: FilingFacts) -> set[int]:
    """Who hears of it at once: the desk, whom the rules name, and of an urgent one all on duty.

    Where nobody of the firm is on duty, or duty is not planned, an urgent one reaches all of its workers.
    """
    people = set(facts.desk)
    rule = next((r for r in facts.rules if f"{r.rule}.{r.version}" == request.routed_rule), None)
    if rule is not None and rule.post_id in facts.persons:
        people.add(facts.persons[rule.post_id])
    if request.urgent or (rule is not None and rule.target == "duty"):
        people.update(facts.on_duty)
    if request.urgent:
        people.update(() if facts.on_duty else facts.crew)
    return people


def _check(draft: Draft, photos: Sequence[UploadedFile[Any]]) -> None:
    if draft.category not in Category.values:
        raise BadInput("unknown_category", field="category")
    if draft.place not in Place.values:
        raise BadInput("unknown_place", field="place")
    if not draft.words.strip() and not photos:
        raise BadInput("words_or_photo", field="words")
    if len(draft.words) > MAX_WORDS:
        raise BadInput("too_long", field="words")
    if len(draft.wanted_time) > MAX_WANTED:
        raise BadInput("too_long", field="wanted_time")
    if len(photos) > MAX_PHOTOS:
        raise BadInput("too_many_photos", field="photos")
    if "\x00" in draft.words + draft.place_text + draft.wanted_time:
        raise BadInput("unreadable", field="words")


def _place_text(draft: Draft, facts: FilingFacts) -> str:
    """The place in words; a home must be the filer's own, a building one of the compound's."""
    text = draft.place_text.strip()
    if draft.place == Place.HOME:
        if facts.home_address is None:
            raise BadInput("not_your_home", field="home")
        base = facts.home_address
    elif draft.place == Place.BUILDING:
        if facts.building_name is None:
            raise BadInput("no_such_building", field="building")
        base = facts.building_name
    elif draft.spot:
        if facts.spot is None:
            raise BadInput("no_such_spot", field="place_text")
        base = facts.spot[1]
    else:
        if not text:
            raise BadInput("say_where", field="place_text")
        base = ""
    whole = f"{base} {text}".strip()
    if len(whole) > MAX_PLACE:
        raise BadInput("too_long", field="place_text")
    return whole


def _building(draft: Draft, facts: FilingFacts) -> int | None:
    """The building in which it is, for the rules: that of the home, or of the place whose code was read."""
    if draft.place == Place.BUILDING:
        return draft.building_id
    if draft.place == Place.HOME:
        return facts.home_building
    return facts.spot[2] if facts.spot is not None else None


# Number, request and first event in one round trip; the counter's row lock is what keeps numbers without gaps.
_INSERT = """
WITH number AS (
    INSERT INTO repairs_counter AS c (compound_id, year, last) VALUES (%(compound)s, %(year)s, 1)
    ON CONFLICT (compound_id, year) DO UPDATE SET last = c.last + 1 RETURNING last
), made AS (
    INSERT INTO repairs_request (compound_id, ref, number, category, place, home_id, building_id, place_text, words,
        urgent, wanted_time, filed_by_id, filed_as, filed_post, company_id, state, created_at, updated_at, opened_at,
        clock_from, due_at, due_certain, level, next_step_at, reopened, returned_to, comment, spot_id, for_person_id,
        for_name, for_phone_cipher, consent, routed_rule, routed_post, routed_to, unlisted)
    SELECT %(compound)s::bigint, %(ref)s::text, %(prefix)s::text || lpad(last::text, 6, '0'), %(category)s::text,
        %(place)s::text, %(home)s::bigint, %(building)s::bigint, %(place_text)s::text, %(words)s::text,
        %(urgent)s::boolean, %(wanted_time)s::text, %(person)s::bigint, %(label)s::text, %(post)s::bigint,
        %(company)s::bigint, %(state)s::text, %(now)s, %(now)s, %(now)s, %(now)s, %(due)s::timestamptz,
        %(certain)s::boolean, -1, %(step)s::timestamptz, 0, '', '', %(spot)s::bigint, %(for_person)s::bigint,
        %(for_name)s::text, %(for_phone)s::text, %(consent)s::text, %(routed_rule)s::text, %(routed_post)s::bigint,
        %(routed_to)s::text, %(unlisted)s::boolean
    FROM number RETURNING id, number
), said AS (
    INSERT INTO repairs_event (compound_id, request_id, action, from_state, to_state, person_id, post_id, party, label,
        note, at)
    SELECT %(compound)s::bigint, id, 'file', '', %(state)s::text, %(person)s::bigint, %(post)s::bigint, %(party)s::text,
        %(event_label)s::text, '', %(now)s
    FROM made
)
SELECT id, number FROM made
"""


def _insert(
    *,
    compound: Compound,
    draft: Draft,
    place_text: str,
    facts: FilingFacts,
    behalf: _For | None,
    by: Actor,
    now: datetime,
) -> Request:
    respond, _finish = terms(
        draft.category, urgent=draft.urgent, respond=facts.respond, finish=facts.finish, for_urgent=facts.for_urgent
    )
    due, certain = deadline(respond, now)
    step = next_step(now, due, -1, urgent=draft.urgent, answered=False)
    routed = ask(
        facts.rules,
        category=draft.category,
        place=draft.place,
        building_id=_building(draft, facts),
        urgent=draft.urgent,
        company_id=facts.company.pk if facts.company is not None else None,
        now=now,
    ).rule
    request = Request(
        compound=compound,
        ref=secrets.token_urlsafe(9),
        category=draft.category,
        place=draft.place,
        home_id=draft.home_id if draft.place == Place.HOME else None,
        building_id=draft.building_id if draft.place == Place.BUILDING else None,
        place_text=place_text,
        words=draft.words.strip(),
        urgent=draft.urgent,
        wanted_time=draft.wanted_time.strip(),
        unlisted=draft.unlisted,
        filed_by_id=by.person_id,
        filed_as=by.label,
        filed_post=by.post_id,
        spot_id=facts.spot[0] if facts.spot is not None else None,
        for_person_id=behalf.person_id if behalf is not None else None,
        for_name=behalf.name if behalf is not None else "",
        for_phone_cipher=behalf.phone_cipher if behalf is not None else "",
        consent=behalf.consent if behalf is not None else "",
        routed_rule=f"{routed.rule}.{routed.version}" if routed is not None else "",
        routed_post=routed.post_id if routed is not None else None,
        routed_to=routed.receiver if routed is not None else "",
        company=facts.company,
        state=State.SUBMITTED,
        created_at=now,
        updated_at=now,
        opened_at=now,
        clock_from=now,
        due_at=due,
        due_certain=certain,
        next_step_at=step.at if step else None,
    )
    request.check_scope()
    with prepared() as cursor:
        cursor.execute(
            _INSERT,
            {
                "compound": compound.pk,
                "year": now.year,
                "prefix": f"BX{now.year}",
                "ref": request.ref,
                "category": request.category,
                "place": request.place,
                "home": request.home_id,
                "building": request.building_id,
                "place_text": request.place_text,
                "words": request.words,
                "urgent": request.urgent,
                "wanted_time": request.wanted_time,
                "person": by.person_id,
                "label": by.label,
                "event_label": event_label(by),
                "post": by.post_id,
                "party": by.party,
                "company": request.company_id,
                "state": State.SUBMITTED.value,
                "now": now,
                "due": due,
                "certain": certain,
                "step": request.next_step_at,
                "spot": request.spot_id,
                "for_person": request.for_person_id,
                "for_name": request.for_name,
                "for_phone": request.for_phone_cipher,
                "consent": request.consent,
                "routed_rule": request.routed_rule,
                "routed_post": request.routed_post,
                "routed_to": request.routed_to,
                "unlisted": request.unlisted,
            },
        )
        request.pk, request.number = cursor.fetchone()
    request._state.adding = False  # noqa: SLF001  the row is there: Django's flag for rows made by hand
    return request
