"""The register of firms, and one firm."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from firms import permissions
from firms.actions import firms as actions
from firms.forms import FirmForm, SearchForm
from firms.models import Certificate
from firms.queries import bodies as reads
from firms.queries import certificates as papers
from firms.queries import contracts, posts
from firms.queries.bodies import Body, Ground, Wanted
from firms.rules import standing
from firms.views.posting import Said, must_read, post, put
from firms.wall import books
from firms.words import STANDINGS
from parties.models import Contract, Post
from tenancy.access import ActingRequest, acting
from ui.numbers import whole

PER_PAGE = 30
LAST_PAGE = 1000
SHOWN = 12
reading = acting(parties=permissions.READING)
offices = acting(parties=permissions.OFFICES)


@require_safe
@never_cache
@reading
def firms(request: ActingRequest) -> HttpResponse:
    """Every firm that the standing reaches; a firm's manager goes on to the own one."""
    must_read(request)
    actor, on = request.actor, localdate()
    if actor.party == "company":
        return redirect("firms_firm", actor.organisation_id)
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "area": ""}
    wanted = Wanted(asked["q"].strip(), asked["area"])
    number = page_number(request.GET.get("page"))
    rows = reads.firms(
        actor,
        wanted,
        on,
        see_papers=permissions.reads_certificates(actor),
        skip=(number - 1) * PER_PAGE,
        most=PER_PAGE + 1,
    )
    return render(
        request,
        "firms/register.html",
        {
            "rows": rows[:PER_PAGE],
            "page": sheet_of(number, more=len(rows) > PER_PAGE),
            "wanted": wanted,
            "searching": bool(wanted.words or wanted.area),
            "areas": _areas(reads.grounds(actor.compound_ids)),
            "may_register": permissions.may_register(actor),
        },
    )


def sheet_of(number: int, *, more: bool) -> dict[str, Any]:
    """A page of a list that nobody has counted, for ``ui/paging.html``."""
    return {
        "number": number,
        "has_other_pages": number > 1 or more,
        "has_previous": number > 1,
        "previous_page_number": number - 1,
        "has_next": more,
        "next_page_number": number + 1,
    }


def page_number(asked: str | None) -> int:
    """The page of an address, 1 for what is none."""
    return min(whole(asked) or 1, LAST_PAGE)


def _areas(found: list[Ground]) -> list[tuple[str, str]]:
    """The streets and communities of the scope as choices; none where there is only one community."""
    if len({one.community for one in found}) < 2:  # noqa: PLR2004
        return []
    choices: dict[str, str] = {}
    for one in found:
        choices.setdefault(one.street[0], one.street[1])
        choices.setdefault(one.community[0], f"{one.street[1]} · {one.community[1]}")
    return list(choices.items())


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate as a row: whose it is, and how it stands in words and colour."""

    row: Certificate
    standing: str
    label: str
    tone: str


def papers_shown(rows: list[Certificate], on: date) -> list[Paper]:
    """Certificates as rows."""
    found = []
    for row in rows:
        how = standing(row.expires, on, withdrawn=row.withdrawn_at is not None)
        label, tone = STANDINGS[how]
        found.append(Paper(row, how, str(label), tone))
    return found


@dataclass(frozen=True, slots=True)
class Served:
    """A contract as a row: running, to come or over."""

    row: Contract
    label: str
    tone: str


def served(rows: list[Contract], on: date) -> list[Served]:
    """Contracts as rows."""
    return [
        Served(row, _("未开始"), "info")
        if row.starts > on
        else Served(row, _("已结束"), "neutral")
        if row.ends is not None and row.ends < on
        else Served(row, _("服务中"), "good")
        for row in rows
    ]


@require_safe
@never_cache
@reading
def firm(request: ActingRequest, firm_id: int) -> HttpResponse:
    """One firm: what it is, its contracts, its people, its certificates."""
    found = find(request, firm_id)
    actor, on = request.actor, localdate()
    sees = permissions.reads_certificates(actor)
    with books([firm_id] if sees else []):
        kept = papers.for_readers(actor, papers.certificates(firm_id), firm_id, on)[: SHOWN + 1]
        shown = papers_shown(list(kept) if sees else [], on)
    people = list(posts.posts(actor, firm_id, posts.NOW, on)[:SHOWN])
    return render(
        request,
        "firms/firm.html",
        {
            "firm": found,
            "contracts": served(contracts.contracts(actor, firm_id, on), on),
            "people": with_places(request, people),
            "papers": shown[:SHOWN],
            "more_papers": len(shown) > SHOWN,
            "sees_papers": sees,
            "keeps_papers": permissions.keeps_certificates(actor),
            "may_change": permissions.may_register(actor),
            "may_enter": bool(permissions.appoints(actor, "company")),
            "whole": actor.party == "company",
        },
    )


def with_places(request: ActingRequest, people: list[Post]) -> list[tuple[Post, posts.Place]]:
    """Posts with what each covers, for the reader."""
    known = posts.places(request.actor, people)
    return [(one, known[one.pk]) for one in people]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@offices
def new(request: ActingRequest) -> HttpResponse:
    """Register a firm."""
    must_read(request)
    if request.method != "POST":
        return _form(request, FirmForm())
    form, now = FirmForm(request.POST), timezone.now()
    if not form.is_valid():
        return _form(request, form, status=422)

    def effect() -> str:
        made = actions.register_firm(**form.cleaned_data, by=request.actor, now=now)
        messages.success(request, _("已登记。接着录入合同，再登记负责人。"))
        return reverse("firms_firm", args=[made.pk])

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return _form(request, form, status=put(form, said))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@offices
def edit(request: ActingRequest, firm_id: int) -> HttpResponse:
    """Change a firm's name, credit code or telephone."""
    found = find(request, firm_id)
    if request.method != "POST":
        first = {"name": found.name, "credit_code": found.credit_code, "phone": found.phone}
        return _form(request, FirmForm(initial=first), found)
    form, now = FirmForm(request.POST), timezone.now()
    if not form.is_valid():
        return _form(request, form, found, status=422)

    def effect() -> str:
        actions.change_firm(firm_id=firm_id, **form.cleaned_data, by=request.actor, now=now)
        messages.success(request, _("已保存，改动已留痕。"))
        return reverse("firms_firm", args=[firm_id])

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return _form(request, form, found, status=put(form, said))


def find(request: ActingRequest, firm_id: int) -> Body:
    """The firm of an address, if the actor reaches it; Http404 otherwise, PermissionDenied for whoever reads no register."""
    must_read(request)
    found = reads.firm(request.actor, firm_id, localdate())
    if found is None:
        raise Http404
    return found


def must_register(request: ActingRequest) -> None:
    """Refuse whoever does not write the register."""
    if not permissions.may_register(request.actor):
        raise PermissionDenied


def _form(request: ActingRequest, form: forms.Form, found: Body | None = None, *, status: int = 200) -> HttpResponse:
    return render(request, "firms/firm_form.html", {"form": form, "firm": found}, status=status)
