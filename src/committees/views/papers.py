"""Filings, recalls, lists of what is handed over, the register of cross-posts."""

import io
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from committees import actions, pdf
from committees.actions.filings import missing_papers
from committees.forms import (
    AnswerForm,
    CrossDropForm,
    CrossForm,
    CrossRecordForm,
    GiveForm,
    HandInForm,
    HearForm,
    NoForm,
    PaperForm,
    TakeForm,
    ThingForm,
    VoteForm,
)
from committees.models import Filing, Handing, HandingItem, Recall
from committees.models.filing import Paper
from committees.permissions import answers_filings, keeps, runs, sees_filings
from committees.queries import offices
from committees.sheets import write_filing
from committees.views.posting import Failed, Step, panel, panels, print_sheet, refusal, take, there
from documents.models import XLSX
from elections.permissions import READERS
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.numbers import whole

readers = in_compound(parties=READERS)
FILING_STEPS = {
    "paper": Step(
        lambda common, given: actions.add_paper(**given, **common), gettext_lazy("加一份材料"), gettext_lazy("已加上。"),
        PaperForm, "secondary",
    ),
    "drop": Step(lambda common, _given: actions.drop_paper(**common), "", gettext_lazy("已去掉。"), NoForm),
    "hand-in": Step(
        lambda common, given: actions.hand_in(**given, **common), gettext_lazy("送交街道"),
        gettext_lazy("已送交，街道会收到消息。"),
        HandInForm,
    ),
    "answer": Step(
        lambda common, given: actions.answer_filing(**given, **common), gettext_lazy("答复"), gettext_lazy("已答复。"), AnswerForm
    ),
}  # fmt: skip
RECALL_STEPS = {
    "hear": Step(
        lambda common, given: actions.hear(**given, **common), gettext_lazy("听取本人意见"), gettext_lazy("已登记。"), HearForm
    ),
    "vote": Step(
        lambda common, given: actions.put_to_vote(**given, **common), gettext_lazy("提交业主表决"),
        gettext_lazy("已登记。"), VoteForm
    ),
    "conclude": Step(
        lambda common, _given: actions.conclude(**common), gettext_lazy("按表决结果办理"), gettext_lazy("已办理。"), NoForm
    ),
    "withdraw": Step(
        lambda common, _given: actions.withdraw_recall(**common), gettext_lazy("撤回提议"),
        gettext_lazy("已撤回。"), NoForm, "danger"
    ),
}  # fmt: skip
HANDING_STEPS = {
    "thing": Step(
        lambda common, given: actions.add_thing(**given, **common), gettext_lazy("加一项"), gettext_lazy("已加上。"), ThingForm,
        "secondary",
    ),
    "give": Step(lambda common, given: actions.give(**given, **common), "", gettext_lazy("已登记移交。"), GiveForm),
    "take": Step(lambda common, given: actions.take(**given, **common), "", gettext_lazy("已签收。"), TakeForm),
}  # fmt: skip
CROSS_STEPS = {
    "propose": Step(
        lambda common, given: actions.propose_cross(**given, **common), gettext_lazy("提名交叉任职"),
        gettext_lazy("已登记。"), CrossForm
    ),
    "record": Step(lambda common, given: actions.record_cross(**given, **common), "", gettext_lazy("已任职。"), CrossRecordForm),
    "drop": Step(lambda common, given: actions.drop_cross(**given, **common), "", gettext_lazy("已登记。"), CrossDropForm),
}  # fmt: skip


# --- filings ----------------------------------------------------------------------------------------------------------
@require_safe
@never_cache
@readers
def filing(request: ActingRequest, compound: Compound, filing_id: int) -> HttpResponse:
    """A filing: what is asked for, what is there, where it stands."""
    return _filing_page(request, compound, _filing(compound, filing_id))


@require_POST
@readers
def filing_act(request: ActingRequest, compound: Compound, filing_id: int, act: str) -> HttpResponse:
    """One step on a filing."""
    found = _filing(compound, filing_id)
    more: dict[str, Any] = {"filing_id": found.pk}
    if act == "drop":
        more["paper_id"] = whole(request.POST.get("paper")) or 0
    return take(
        request, compound, steps=FILING_STEPS, act=act, more=more,
        back=reverse("committees_filing", args=[compound.code, found.pk]),
        again=lambda failed, status: _filing_page(request, compound, found, failed=failed, status=status),
    )  # fmt: skip


@require_POST
@readers
def filing_sheet(request: ActingRequest, compound: Compound, filing_id: int) -> HttpResponse:
    """Have the pack printed."""
    found = _filing(compound, filing_id)
    if not sees_filings(request.actor):
        raise PermissionDenied
    return print_sheet(
        request, compound, "committees.filing", pdf.filing_target(found),
        again=lambda said: _filing_page(request, compound, found, said=said.text, status=said.status),
    )  # fmt: skip


@require_safe
@never_cache
@readers
def filing_data(request: ActingRequest, compound: Compound, filing_id: int) -> HttpResponse:
    """The same as data: JSON, or a workbook with ``as=xlsx``."""
    found = _filing(compound, filing_id)
    if request.GET.get("as") == "xlsx":
        made = io.BytesIO()
        write_filing(found, to=made)
        return HttpResponse(
            made.getvalue(), content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="filing.xlsx"'}
        )
    return JsonResponse(pdf.as_data(found), json_dumps_params={"ensure_ascii": False})


def _filing(compound: Compound, filing_id: int) -> Filing:
    return there(offices.filing_for(compound.pk, filing_id))


def _filing_page(
    request: ActingRequest,
    compound: Compound,
    found: Filing,
    *,
    failed: Failed = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    opens = found.handed_at is None or found.answer == "returned"
    lead = runs(actor, compound.pk, found.committee.term.committee_id)
    missing = [str(Paper(one).label) for one in missing_papers(found, found.committee)]
    acts = ["paper", "hand-in"] if lead and opens else []
    if answers_filings(actor, compound.pk) and found.handed_at is not None and not found.answer:
        acts.append("answer")
    forms_of: dict[str, forms.Form] = {name: FILING_STEPS[name].form() for name in acts}
    if "hand-in" in forms_of and not missing:
        del forms_of["hand-in"].fields["accepted"]
    return render(
        request,
        "committees/filing.html",
        {
            "compound": compound, "filing": found,
            "panels": [panel(one, FILING_STEPS[one], forms_of[one], failed) for one in acts],
            "papers": list(found.papers.all()), "missing": missing, "drops": lead and opens, "said": said,
            "late": opens and found.due < localdate(), "annexes": pdf.listed(found),
        },
        status=status,
    )  # fmt: skip


# --- recalls ----------------------------------------------------------------------------------------------------------
@require_safe
@never_cache
@readers
def recall(request: ActingRequest, compound: Compound, recall_id: int) -> HttpResponse:
    """A recall."""
    return _recall_page(request, compound, _recall(compound, recall_id))


@require_POST
@readers
def recall_act(request: ActingRequest, compound: Compound, recall_id: int, act: str) -> HttpResponse:
    """One step on a recall."""
    found = _recall(compound, recall_id)
    return take(
        request, compound, steps=RECALL_STEPS, act=act, more={"recall_id": found.pk},
        back=reverse("committees_recall", args=[compound.code, found.pk]),
        again=lambda failed, status: _recall_page(request, compound, found, failed=failed, status=status),
    )  # fmt: skip


def _recall(compound: Compound, recall_id: int) -> Recall:
    return there(offices.recall_for(compound.pk, recall_id))


def _recall_page(
    request: ActingRequest, compound: Compound, found: Recall, *, failed: Failed = None, status: int = 200
) -> HttpResponse:
    acts = {"proposed": ["hear", "withdraw"], "heard": ["vote", "withdraw"], "voting": ["conclude"]}.get(
        found.state, []
    )
    if not keeps(request.actor, compound.pk):
        acts = []
    initial = {"hear": {"on": localdate()}}
    shown = {
        "compound": compound,
        "recall": found,
        "panels": panels(RECALL_STEPS, acts, failed, initial=initial),
    }
    return render(request, "committees/recall.html", shown, status=status)


# --- handing over -----------------------------------------------------------------------------------------------------
@require_safe
@never_cache
@readers
def handing(request: ActingRequest, compound: Compound, handing_id: int) -> HttpResponse:
    """A list of what is handed over."""
    return _handing_page(request, compound, _handing(compound, handing_id))


@require_POST
@readers
def handing_act(request: ActingRequest, compound: Compound, handing_id: int, act: str) -> HttpResponse:
    """One step on a list."""
    found = _handing(compound, handing_id)
    return take(
        request, compound, steps=HANDING_STEPS, act=act, more={"handing_id": found.pk},
        back=reverse("committees_handing", args=[compound.code, found.pk]),
        again=lambda failed, status: _handing_page(
            request, compound, _handing(compound, handing_id), failed=failed, status=status
        ),
    )  # fmt: skip


@require_POST
@readers
def handing_sheet(request: ActingRequest, compound: Compound, handing_id: int) -> HttpResponse:
    """Have a list printed."""
    found = _handing(compound, handing_id)
    if not sees_filings(request.actor):
        raise PermissionDenied
    return print_sheet(
        request, compound, "committees.handing", pdf.handing_target(found),
        again=lambda said: _handing_page(request, compound, found, said=said.text, status=said.status),
    )  # fmt: skip


def _handing(compound: Compound, handing_id: int) -> Handing:
    return there(offices.handing_for(compound.pk, handing_id))


def _handing_page(
    request: ActingRequest,
    compound: Compound,
    found: Handing,
    *,
    failed: Failed = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    lead = runs(actor, compound.pk, found.committee.term.committee_id)
    own = found.member is not None and found.member.person_id == actor.person_id
    opens = found.done_at is None
    return render(
        request,
        "committees/handing.html",
        {
            "compound": compound, "handing": found, "items": _things(found, failed), "gives": opens and (lead or own),
            "takes": opens and (lead or answers_filings(actor, compound.pk)),
            "panels": panels(HANDING_STEPS, ("thing",) if opens and lead else (), failed),
            "late": opens and found.due < localdate(),
            "said": said or _of_thing(found, failed),
        },
        status=status,
    )  # fmt: skip


def _of_thing(found: Handing, failed: Failed) -> str:
    """What was refused and of which thing: the list is long, and its form stands somewhere below."""
    if failed is None or failed[0] not in {"give", "take"}:
        return ""
    number = str(failed[1]["number"].value())
    of = next((one.what for one in found.items.all() if str(one.number) == number), "")
    return _("%(thing)s：%(why)s") % {"thing": of, "why": refusal(failed)} if of else refusal(failed)


def _things(found: Handing, failed: Failed) -> list[tuple[HandingItem, GiveForm]]:
    """Each thing with the form that hands it over; the one that was refused as it was filled in."""
    things = []
    for one in found.items.all():
        form = GiveForm(initial={"number": one.number})
        if failed is not None and failed[0] == "give" and str(failed[1]["number"].value()) == str(one.number):
            form = cast("GiveForm", failed[1])
        form.auto_id = f"id_give_{one.number}_%s"
        things.append((one, form))
    return things


# --- cross-posts ------------------------------------------------------------------------------------------------------
@require_safe
@never_cache
@readers
def cross(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The register of cross-posts."""
    return _cross_page(request, compound)


@require_POST
@readers
def cross_act(request: ActingRequest, compound: Compound, act: str) -> HttpResponse:
    """One step in the register."""
    people = offices.to_cross(compound.pk, localdate()) if act == "propose" else []
    return take(
        request, compound, steps=CROSS_STEPS, act=act,
        form=CrossForm(request.POST, people=people) if act == "propose" else None,
        back=reverse("committees_cross", args=[compound.code]),
        again=lambda failed, status: _cross_page(request, compound, failed=failed, status=status),
    )  # fmt: skip


def _cross_page(
    request: ActingRequest, compound: Compound, *, failed: Failed = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    mine = keeps(actor, compound.pk)
    shown = []
    if mine:
        form = CrossForm(people=offices.to_cross(compound.pk, localdate()))
        shown = [panel("propose", CROSS_STEPS["propose"], form, failed)]
    return render(
        request,
        "committees/cross.html",
        {
            "compound": compound, "rows": offices.crosses_of(compound.pk), "panels": shown, "keeps": mine,
            "said": refusal(failed if failed and failed[0] != "propose" else None),
            "today": localdate(), "body": actor.organisation_id,
        },
        status=status,
    )  # fmt: skip
