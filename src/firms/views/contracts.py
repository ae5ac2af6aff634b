"""Entering a contract, reading it, ending it early."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from firms import permissions
from firms.actions import firms as actions
from firms.forms import ContractForm, CopyForm, EndContractForm
from firms.queries import contracts as reads
from firms.queries.bodies import Body, grounds
from firms.views.posting import Said, must_read, post, put
from firms.views.register import find, offices, served
from parties.models import Contract
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

reading = in_compound(parties=permissions.READING)
writing = in_compound(parties=permissions.OFFICES)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@offices
def new(request: ActingRequest, firm_id: int) -> HttpResponse:
    """Enter a contract of a firm with a compound of the scope."""
    found = find(request, firm_id)
    now = timezone.now()
    choices = [(one.id, f"{one.name}（{one.community[1]}）") for one in grounds(request.actor.compound_ids)]
    if request.method != "POST":
        return _form(request, found, ContractForm(grounds=choices, initial={"starts": localdate(now)}))
    form = ContractForm(request.POST, request.FILES, grounds=choices)
    if not form.is_valid():
        return _form(request, found, form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        actions.enter_contract(
            firm_id=firm_id,
            compound_id=given["compound"],
            starts=given["starts"],
            ends=given["ends"],
            basis=given["basis"],
            number=given["number"],
            copy=given["copy"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("合同已登记。"))
        return reverse("firms_firm", args=[firm_id])

    try:
        return redirect(post(request, now=now, effect=effect))
    except Said as said:
        return _form(request, found, form, status=put(form, said))


def _form(request: ActingRequest, firm: Body, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return render(request, "firms/contract_form.html", {"firm": firm, "form": form}, status=status)


@require_safe
@never_cache
@reading
def contract(request: ActingRequest, compound: Compound, contract_id: int) -> HttpResponse:
    """One contract with its copies."""
    return _page(request, compound, _find(request, compound, contract_id), CopyForm())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@writing
def end(request: ActingRequest, compound: Compound, contract_id: int) -> HttpResponse:
    """End a contract before its time."""
    found = _find(request, compound, contract_id)
    now = timezone.now()
    if request.method != "POST":
        return _end(request, compound, found, EndContractForm(initial={"ends": localdate(now)}))
    form = EndContractForm(request.POST)
    if not form.is_valid():
        return _end(request, compound, found, form, status=422)

    def effect() -> str:
        actions.end_contract(
            compound_id=compound.pk, contract_id=contract_id, **form.cleaned_data, by=request.actor, now=now
        )
        messages.success(request, _("合同已提前结束，各方已通知。"))
        return reverse("firms_contract", args=[compound.code, contract_id])

    try:
        return redirect(post(request, now=now, effect=effect, compound_id=compound.pk))
    except Said as said:
        return _end(request, compound, found, form, status=put(form, said))


@require_POST
@never_cache
@writing
def add_copy(request: ActingRequest, compound: Compound, contract_id: int) -> HttpResponse:
    """Keep one more copy of a contract."""
    found = _find(request, compound, contract_id)
    form, now = CopyForm(request.POST, request.FILES), timezone.now()
    if not form.is_valid():
        return _page(request, compound, found, form, status=422)

    def effect() -> str:
        actions.keep_copy(
            compound_id=compound.pk,
            contract_id=contract_id,
            copy=form.cleaned_data["copy"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("副本已存好。"))
        return reverse("firms_contract", args=[compound.code, contract_id])

    try:
        return redirect(post(request, now=now, effect=effect, compound_id=compound.pk))
    except Said as said:
        return _page(request, compound, found, form, status=put(form, said))


def _find(request: ActingRequest, compound: Compound, contract_id: int) -> Contract:
    must_read(request)
    found = reads.contract(request.actor, compound.pk, contract_id, localdate())
    if found is None:
        raise Http404
    return found


def _page(
    request: ActingRequest, compound: Compound, found: Contract, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    on = localdate()
    told: dict[str, Any] = {
        "compound": compound,
        "contract": found,
        "served": served([found], on)[0],
        "copies": reads.copies(compound.pk, found.pk),
        "may_write": permissions.may_register(request.actor),
        "may_end": permissions.may_register(request.actor) and (found.ends is None or found.ends >= on),
        "form": form,
    }
    return render(request, "firms/contract.html", told, status=status)


def _end(
    request: ActingRequest, compound: Compound, found: Contract, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    return render(
        request, "firms/contract_end.html", {"compound": compound, "contract": found, "form": form}, status=status
    )
