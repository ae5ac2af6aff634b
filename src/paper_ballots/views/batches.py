"""Batches of papers that came back: scanned, photographed, read by two people, counted in as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from boxes.queries import box_of
from elections.models import Poll, Secrecy, State
from elections.views.polls import found_poll
from paper_ballots import actions
from paper_ballots.forms import AreaForm, BatchForm, PhotoForm, ReadingForm, RecountForm, ScanForm, WhyForm
from paper_ballots.models import Batch, Sheet
from paper_ballots.models import State as BatchState
from paper_ballots.permissions import CLERKS, DESK, handles, prints
from paper_ballots.queries import batches as queries
from paper_ballots.views.posting import Said, post
from paper_ballots.words import lacking
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 100
TONES = {BatchState.OPEN: "info", BatchState.REFUSED: "warn", BatchState.COUNTED: "good"}
clerks = in_compound(parties=DESK)
readers = in_compound(parties=tuple(sorted(CLERKS)))


@require_safe
@never_cache
@clerks
def page(request: ActingRequest, compound: Compound, poll: str, number: int) -> HttpResponse:
    """One batch: how far it is, and its sheets."""
    found = found_poll(request, compound, poll)
    return _page(request, compound, found, _batch(found, number))


@require_POST
@clerks
def opened(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Begin a batch."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = BatchForm(request.POST)

    def effect() -> str:
        made = actions.open_batch(
            compound_id=compound.pk, ref=found.ref, by=request.actor, now=now, **form.cleaned_data
        )
        return _address(compound, found, made.number)

    if not form.is_valid():
        return _new(request, compound, found, form, status=422)
    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _new(request, compound, found, form, status=said.status)


@require_safe
@never_cache
@clerks
def new(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The form of a batch."""
    return _new(request, compound, found_poll(request, compound, poll), BatchForm())


@require_POST
@clerks
def act(request: ActingRequest, compound: Compound, poll: str, number: int, act: str) -> HttpResponse:
    """One step of a batch: a paper scanned or taken out, the batch refused, counted again, counted in."""
    found, now = found_poll(request, compound, poll), timezone.now()
    batch = _batch(found, number)
    given: dict[str, Any] = {
        "compound_id": compound.pk, "ref": found.ref, "batch": number, "by": request.actor, "now": now,
    }  # fmt: skip
    form: forms.Form | None = None
    call: Callable[..., Any]
    if act == "scan":
        form = _scan_form(found)(request.POST)
        call = actions.lay if found.secrecy == Secrecy.SECRET else actions.scan
    elif act == "refuse":
        form = WhyForm(request.POST, auto_id="refuse_%s")
        call = actions.refuse
    elif act == "recount":
        form = RecountForm(request.POST)
        call = actions.recount
    elif act == "count":
        call = actions.count_in
    else:
        raise Http404
    if form is not None and not form.is_valid():
        return _page(request, compound, found, batch, form=(act, form), status=422)

    def effect() -> str:
        call(**given, **(form.cleaned_data if form is not None else {}))
        if act == "count":
            messages.success(request, _("第 %(number)s 批已清点入箱。") % {"number": number})
        return _address(compound, found, number)

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        typed = str(next(iter(form.cleaned_data.values()))) if form is not None and act == "scan" else ""
        words = f"{typed}：{said.text}" if typed else said.text
        return _page(request, compound, found, batch, refused=words, status=said.status)


@require_safe
@never_cache
@readers
def sheet(request: ActingRequest, compound: Compound, poll: str, number: int, slot: int) -> HttpResponse:
    """One sheet, to be photographed and read."""
    found = found_poll(request, compound, poll)
    batch = _batch(found, number)
    return _sheet_page(request, Place(compound, found, batch, _sheet(batch, slot)))


@require_POST
@readers
def read(request: ActingRequest, compound: Compound, poll: str, number: int, slot: int) -> HttpResponse:
    """What one person read; it leads to the next sheet that waits for this person."""
    found = found_poll(request, compound, poll)
    batch = _batch(found, number)
    form = ReadingForm(request.POST, items=queries.items_on(found, _sheet(batch, slot)))

    def effect(given: dict[str, Any]) -> str:
        actions.read_sheet(**given, given=form.choices())
        messages.success(request, _("第 %(place)s 张已录入。") % {"place": slot})
        after = queries.next_to_read(batch, request.actor.person_id)
        return _address(compound, found, number) if after is None else _at(compound, found, number, after)

    return _kept(request, Place(compound, found, batch, _sheet(batch, slot)), form, "read", effect)


@require_POST
@readers
def photo(request: ActingRequest, compound: Compound, poll: str, number: int, slot: int) -> HttpResponse:
    """The paper as a picture."""
    found = found_poll(request, compound, poll)
    form = PhotoForm(request.POST, request.FILES)
    batch = _batch(found, number)

    def effect(given: dict[str, Any]) -> str:
        actions.keep_photo(**given, upload=form.cleaned_data["photo"])
        return _at(compound, found, number, slot)

    return _kept(request, Place(compound, found, batch, _sheet(batch, slot)), form, "photo", effect)


@require_POST
@readers
def aside(request: ActingRequest, compound: Compound, poll: str, number: int, slot: int) -> HttpResponse:
    """A paper that does not count, and why."""
    found = found_poll(request, compound, poll)
    form = WhyForm(request.POST, auto_id="aside_%s")
    batch = _batch(found, number)

    def effect(given: dict[str, Any]) -> str:
        actions.set_aside(**given, reason=form.cleaned_data["reason"])
        return _at(compound, found, number, slot)

    return _kept(request, Place(compound, found, batch, _sheet(batch, slot)), form, "aside", effect)


@require_POST
@readers
def out(request: ActingRequest, compound: Compound, poll: str, number: int, slot: int) -> HttpResponse:
    """A paper taken out of the batch again."""
    found = found_poll(request, compound, poll)
    form = WhyForm(request.POST, auto_id="out_%s")
    batch = _batch(found, number)

    def effect(given: dict[str, Any]) -> str:
        actions.take_out(**given, reason=form.cleaned_data["reason"])
        return _address(compound, found, number)

    return _kept(request, Place(compound, found, batch, _sheet(batch, slot)), form, "out", effect)


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet and where it lies."""

    compound: Compound
    poll: Poll
    batch: Batch
    sheet: Any


def _kept(
    request: ActingRequest, at: Place, form: forms.Form, name: str, effect: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    now = timezone.now()
    given = {
        "compound_id": at.compound.pk, "ref": at.poll.ref, "batch": at.batch.number, "place": at.sheet.place,
        "by": request.actor, "now": now,
    }  # fmt: skip
    if not form.is_valid():
        return _sheet_page(request, at, status=422, **{name: form})
    try:
        return redirect(post(request, compound_id=at.compound.pk, now=now, effect=lambda: effect(given)))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _sheet_page(request, at, status=said.status, **{name: form})


def _at(compound: Compound, found: Poll, number: int, place: int) -> str:
    return reverse("paper_sheet", args=[compound.code, found.ref, number, place])


def _picture(compound: Compound, one: Sheet) -> dict[str, str]:
    address = reverse("documents:file", args=[compound.code, one.photo.ref])
    return {"url": address, "thumb_url": f"{address}?size=thumb", "alt": _("第 %(place)s 张票") % {"place": one.place}}


def _address(compound: Compound, found: Poll, number: int) -> str:
    return reverse("paper_batch", args=[compound.code, found.ref, number])


def _batch(found: Poll, number: int) -> Batch:
    batch = queries.batch_at(box_of(found), number)
    if batch is None:
        raise Http404
    return batch


def _sheet(batch: Batch, place: int) -> Any:
    found = queries.sheet_at(batch, place)
    if found is None:
        raise Http404
    return found


def _scan_form(found: Poll) -> type[ScanForm | AreaForm]:
    return AreaForm if found.secrecy == Secrecy.SECRET else ScanForm


def _new(
    request: ActingRequest, compound: Compound, found: Poll, form: BatchForm, *, status: int = 200
) -> HttpResponse:
    shown = {"compound": compound, "poll": found, "form": form}
    return render(request, "paper_ballots/batch_new.html", shown, status=status)


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    batch: Batch,
    *,
    form: tuple[str, forms.Form | None] = ("", None),
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    running = found.state == State.CLOSED and batch.state == BatchState.OPEN
    keeps = found.state == State.CLOSED and prints(request.actor, found)
    shown = Paginator(queries.sheets_of(batch), PAGE).get_page(request.GET.get("page"))
    reads = running and handles(request.actor, found)
    given = dict([form])
    steps = queries.steps_of(batch)
    return render(
        request,
        "paper_ballots/batch.html",
        {
            "compound": compound,
            "poll": found,
            "batch": batch,
            "tone": TONES[BatchState(batch.state)],
            "steps": steps,
            "page": shown,
            "reads": reads,
            "next": queries.next_to_read(batch, request.actor.person_id) if reads else None,
            "scan": (given.get("scan") or _scan_form(found)(waits=steps.scanned < batch.by_hand)) if reads else None,
            "secret": found.secrecy == Secrecy.SECRET,
            "refuse": (given.get("refuse") or WhyForm(auto_id="refuse_%s")) if running and keeps else None,
            "recount": (given.get("recount") or RecountForm(initial={"witnesses": batch.witnesses}))
            if keeps and batch.state == BatchState.REFUSED
            else None,
            "counts": running and keeps,
            "lacking": lacking(batch, steps),
            "refused": refused,
        },
        status=status,
    )


def _sheet_page(request: ActingRequest, at: Place, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    one, actor = at.sheet, request.actor
    running = at.poll.state == State.CLOSED and at.batch.state == BatchState.OPEN
    handled = running and handles(actor, at.poll)
    own = queries.has_read(one, actor.person_id)
    shown: dict[str, forms.Form] = {}
    if handled and one.choices is None and not one.aside and not own:
        shown["read"] = given.get("read") or ReadingForm(items=queries.items_on(at.poll, one))
    if handled and one.photo is None:
        shown["photo"] = given.get("photo") or PhotoForm()
    if running and prints(actor, at.poll) and not one.aside:
        shown["aside"] = given.get("aside") or WhyForm(auto_id="aside_%s")
    if handled and not one.read:
        shown["out"] = given.get("out") or WhyForm(auto_id="out_%s")
    return render(
        request,
        "paper_ballots/sheet.html",
        {
            "compound": at.compound,
            "poll": at.poll,
            "batch": at.batch,
            "sheet": one,
            "own": own,
            "third": one.differs,
            "photos": [_picture(at.compound, one)] if one.photo is not None else [],
            **shown,
        },
        status=status,
    )
