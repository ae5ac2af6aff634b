"""Certificates of a firm and its people, and the own ones."""

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

from documents.delivery import deliver
from firms import permissions
from firms.actions import certificates as actions
from firms.forms import CertificateForm, WhyForm
from firms.models import Certificate
from firms.queries import certificates as reads
from firms.queries.bodies import Body
from firms.queries.posts import staff_choices
from firms.views.posting import Said, post, put
from firms.views.register import find, page_number, papers_shown, reading, sheet_of
from firms.wall import books
from tenancy.access import ActingRequest, acting
from ui.numbers import whole

PER_PAGE = 50
KEPT, WITHDRAWN = "kept", "withdrawn"


@require_safe
@never_cache
@reading
def listed(request: ActingRequest, firm_id: int) -> HttpResponse:
    """Every certificate in the books of a firm, what runs out first, first; ``?tab=withdrawn`` the others."""
    found = _readable(request, firm_id)
    actor, on = request.actor, localdate()
    tab = WITHDRAWN if request.GET.get("tab") == WITHDRAWN else KEPT
    number = page_number(request.GET.get("page"))
    start = (number - 1) * PER_PAGE
    with books([firm_id]):
        rows = reads.withdrawn(firm_id) if tab == WITHDRAWN else reads.certificates(firm_id)
        page = list(reads.for_readers(actor, rows, firm_id, on)[start : start + PER_PAGE + 1])
    return render(
        request,
        "firms/certificates.html",
        {
            "firm": found,
            "rows": papers_shown(page[:PER_PAGE], on),
            "page": sheet_of(number, more=len(page) > PER_PAGE),
            "tab": tab,
            "tabs": [
                {"url": "?", "label": _("使用中"), "count": None, "active": tab == KEPT},
                {"url": "?tab=withdrawn", "label": _("已停用"), "count": None, "active": tab == WITHDRAWN},
            ],
            "keeps": permissions.keeps_certificates(actor),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reading
def new(request: ActingRequest, firm_id: int) -> HttpResponse:
    """Enter a certificate; ``?replaces=`` the one that it renews, whose words are there already."""
    found = _keeping(request, firm_id)
    actor, now = request.actor, timezone.now()
    people = staff_choices(actor, firm_id, localdate(now))
    older = _older(request, firm_id)
    if request.method != "POST":
        first = _first(older) if older is not None else {}
        return _form(request, found, CertificateForm(people=people, initial=first), older)
    form = CertificateForm(request.POST, request.FILES, people=people)
    if not form.is_valid():
        return _form(request, found, form, older, status=422)
    given = form.cleaned_data

    def effect() -> str:
        actions.enter_certificate(
            body_id=firm_id,
            person_id=given["person"],
            kind=given["kind"],
            number=given["number"],
            title=given["title"],
            grade=given["grade"],
            issuer=given["issuer"],
            starts=given["starts"],
            expires=given["expires"],
            copy=given["copy"],
            replaces=older.pk if older is not None else None,
            by=actor,
            now=now,
        )
        messages.success(request, _("证书已登记。"))
        return reverse("firms_certificates", args=[firm_id])

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return _form(request, found, form, older, status=put(form, said))


def _older(request: ActingRequest, firm_id: int) -> Certificate | None:
    asked = request.GET.get("replaces", "")
    if not asked:
        return None
    number = whole(asked)
    found = None if number is None else _certificate(firm_id, number)
    if found is None:
        raise Http404
    return found


def _first(older: Certificate) -> dict[str, Any]:
    return {
        "person": older.person_id or "",
        "kind": older.kind,
        "title": older.title,
        "number": older.number,
        "grade": older.grade,
        "issuer": older.issuer,
    }


def _form(
    request: ActingRequest, firm: Body, form: forms.Form, older: Certificate | None, *, status: int = 200
) -> HttpResponse:
    return render(request, "firms/certificate_form.html", {"firm": firm, "form": form, "older": older}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reading
def withdraw(request: ActingRequest, firm_id: int, certificate_id: int) -> HttpResponse:
    """Take a certificate out of the books, saying why."""
    found = _keeping(request, firm_id)
    paper = _certificate(firm_id, certificate_id)
    if paper is None:
        raise Http404
    form, now = WhyForm(request.POST or None), timezone.now()
    told = {"firm": found, "paper": paper, "form": form}
    if request.method != "POST":
        return render(request, "firms/certificate_withdraw.html", told)
    if not form.is_valid():
        return render(request, "firms/certificate_withdraw.html", told, status=422)

    def effect() -> str:
        actions.withdraw_certificate(
            body_id=firm_id, certificate_id=certificate_id, why=form.cleaned_data["why"], by=request.actor, now=now
        )
        messages.success(request, _("证书已停用。"))
        return reverse("firms_certificates", args=[firm_id])

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return render(request, "firms/certificate_withdraw.html", told, status=put(form, said))


@require_safe
@reading
def copy(request: ActingRequest, firm_id: int, certificate_id: int) -> HttpResponse:
    """The copy of a certificate, for whoever may read it."""
    _readable(request, firm_id)
    with books([firm_id]):
        rows = reads.certificates(firm_id) | reads.withdrawn(firm_id)
        found = reads.for_readers(request.actor, rows, firm_id, localdate()).filter(pk=certificate_id).first()
    return _hand_out(request, found)


@require_safe
@never_cache
@acting(parties=("company",))
def own(request: ActingRequest) -> HttpResponse:
    """The acting person's own certificates."""
    rows = reads.own_certificates(request.actor.person_id)
    return render(request, "firms/own.html", {"rows": papers_shown(rows, localdate())})


@require_safe
@acting()
def own_copy(request: ActingRequest, certificate_id: int) -> HttpResponse:
    """The copy of an own certificate."""
    return _hand_out(request, reads.own_certificate(request.actor.person_id, certificate_id))


def _hand_out(request: ActingRequest, found: Certificate | None) -> HttpResponse:
    if found is None or found.copy is None:
        raise Http404
    return deliver(request, found.copy, thumb=request.GET.get("size") == "thumb")


def _certificate(firm_id: int, certificate_id: int) -> Certificate | None:
    with books([firm_id]):
        return reads.certificate(firm_id, certificate_id)


def _readable(request: ActingRequest, firm_id: int) -> Body:
    found = find(request, firm_id)
    if not permissions.reads_certificates(request.actor):
        raise PermissionDenied
    return found


def _keeping(request: ActingRequest, firm_id: int) -> Body:
    found = find(request, firm_id)
    if not permissions.keeps_certificates(request.actor):
        raise PermissionDenied
    return found
