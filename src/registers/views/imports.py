"""Imports of the register: the file, its columns, what the check found, how the import goes, and what became of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from registers import previews, queries
from registers.actions import undoing, uploading
from registers.forms import KEY, ColumnsForm, ConfirmForm, SheetForm, UploadForm
from registers.models import Run
from registers.permissions import may_keep
from registers.refusals import NoSuchRun, NotPermitted, Refused
from registers.rules.workbook import WorkbookRefused
from registers.views.register import workbook
from registers.words import asked, change_texts, failure_text, finding_text, refusal_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PER_PAGE = 50
OFFERED = 50  # missing homes that can be ticked on the page
TONES = {
    "done": "good",
    "failed": "late",
    "checked": "info",
    "checking": "info",
    "importing": "info",
    "mapping": "info",
}
LISTS = {
    "bad": gettext_lazy("要改的"),
    "changed": gettext_lazy("改动"),
    "new": gettext_lazy("新增"),
    "missing": gettext_lazy("表里没有的"),
    "notes": gettext_lazy("说明"),
}
STAGES = {
    "read": gettext_lazy("正在读表格"),
    "compare": gettext_lazy("正在和台账比对"),
    "write": gettext_lazy("正在写入台账"),
}


def _must_keep(request: ActingRequest) -> None:
    if not may_keep(request.actor):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_compound()
def imports(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What was imported so far, and the form for the next file."""
    _must_keep(request)
    if request.method != "POST":
        return _history(request, compound, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _history(request, compound, form, status=422)
    upload, now = form.cleaned_data["file"], timezone.now()

    def effect() -> str:
        run = uploading.upload(
            compound_id=compound.pk,
            content=upload.read(),
            name=upload.name,
            by=request.actor,
            now=now,
            instead_of=form.cleaned_data["instead_of"],
        )
        return reverse("registers_import", args=[compound.code, run.ref])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except NoSuchRun as error:
        raise Http404 from error
    except (Refused, WorkbookRefused, KeyRefused) as error:
        form.add_error("file", refusal_text(error))
        return _history(request, compound, form, status=_status(error))


def _history(request: ActingRequest, compound: Compound, form: UploadForm, *, status: int = 200) -> HttpResponse:
    page = Paginator(queries.runs(compound.pk), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "registers/imports.html",
        {
            "compound": compound,
            "form": form,
            "page": page,
            "rows": [(run, TONES.get(run.state, "neutral")) for run in page.object_list],
            "open": queries.open_run(compound.pk),
        },
        status=status,
    )


def _status(error: Exception) -> int:
    if isinstance(error, Refused):
        return error.status
    return 409 if isinstance(error, KeyReused) else 422


def _run(compound: Compound, ref: str) -> Run:
    found = queries.run_for(compound.pk, ref)
    if found is None:
        raise Http404
    return found


@require_safe
@never_cache
@in_compound()
def detail(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """The page of one import, whatever its state."""
    _must_keep(request)
    return _page(request, compound, _run(compound, import_ref))


def _page(
    request: ActingRequest,
    compound: Compound,
    run: Run,
    *,
    error: str = "",
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    if run.state == "mapping" or "columns" in request.GET:
        return _columns_page(request, compound, run, error=error, form=form, status=status)
    if run.state in {"checking", "importing"}:
        context = {"compound": compound, "run": run, "error": error, **_progress(run)}
        return render(request, "registers/working.html", context, status=status)
    return _result_page(request, compound, run, error=error, status=status)


def _columns_page(
    request: ActingRequest, compound: Compound, run: Run, *, error: str, form: forms.Form | None, status: int
) -> HttpResponse:
    if run.state not in {"mapping", "checked"}:
        return redirect("registers_import", compound.code, run.ref)
    try:
        seen = previews.preview(run)
    except (WorkbookRefused, Refused) as refused:
        context = {"compound": compound, "run": run, "error": refusal_text(refused)}
        return render(request, "registers/lost.html", context, status=422)
    if not isinstance(form, ColumnsForm):
        initial = {"area_source": run.area_source, "owner_source": run.owner_source}
        form = ColumnsForm(columns=run.columns, initial=initial)
    return render(
        request,
        "registers/columns.html",
        {
            "compound": compound,
            "run": run,
            "form": form,
            "error": error,
            "seen": seen,
            "columns": [(form[name], *rest) for name, rest in zip(form.names, seen.columns, strict=True)],
        },
        status=status,
    )


def _progress(run: Run) -> dict[str, Any]:
    told = queries.progress_of(run)
    whole, done = told.get("all", 0), told.get("done", 0)
    return {
        "stage": STAGES.get(told.get("stage", ""), _("排队中")),
        "done": done,
        "all": whole,
        "percent": done * 100 // whole if whole else 0,
    }


@require_safe
@never_cache
@in_compound()
def progress(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """How far the worker is; the page opens itself anew when the step is done."""
    _must_keep(request)
    run = _run(compound, import_ref)
    answer = render(request, "registers/_progress.html", {"compound": compound, "run": run, **_progress(run)})
    if run.state not in {"checking", "importing"}:
        answer.headers["HX-Redirect"] = reverse("registers_import", args=[compound.code, run.ref])
    return answer


def _result_page(request: ActingRequest, compound: Compound, run: Run, *, error: str, status: int) -> HttpResponse:
    report = queries.report_of(run) or {}
    shown = {name: label for name, label in LISTS.items() if report.get(name)}
    asked_for = request.GET.get("show", "")
    show = asked_for if asked_for in shown else next(iter(shown), "")
    page = Paginator(report.get(show, []), PER_PAGE).get_page(request.GET.get("page"))
    last = queries.last_import(compound.pk) if run.state == "done" else None
    posted = request.POST
    return render(
        request,
        "registers/result.html",
        {
            "compound": compound,
            "run": run,
            "tone": TONES.get(run.state, "neutral"),
            "error": error,
            "failure": failure_text(run.failure, run.failure_words) if run.failure else "",
            "show": show,
            "page": page,
            "rows": [_row(show, one) for one in page.object_list],
            "tabs": [
                {"url": f"?show={name}#found", "label": label, "count": len(report[name]), "active": name == show}
                for name, label in shown.items()
            ],
            "questions": [
                (asked(one), posted.get(f"{KEY}{one['pk']}") or run.answers.get(one["pk"], ""))
                for one in report.get("questions", [])
            ],
            "missing": report.get("missing", [])[:OFFERED],
            "missing_more": max(0, len(report.get("missing", [])) - OFFERED),
            "gone": {str(pk) for pk in posted.getlist("gone")} if posted else {str(pk) for pk in run.gone},
            "skip_bad": bool(posted.get("skip_bad")),
            "nothing": not any(report.get(name) for name in ("new", "changed", "questions", "missing")),
            "upload": UploadForm(initial={"instead_of": run.ref}) if run.state == "checked" else None,
            "may_undo": last is not None and last.pk == run.pk,
        },
        status=status,
    )


def _row(show: str, one: dict[str, Any]) -> dict[str, Any]:
    """One row of a list, in words."""
    if show in {"bad", "notes"}:
        what, todo = finding_text(one["code"], one["words"])
        return {"ref": one["ref"], "value": one["value"], "what": what, "todo": todo}
    if show == "changed":
        return {**one, "cells": [change_texts(cell) for cell in one["cells"]]}
    return one


@require_POST
@in_compound()
def sheet(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """Another sheet of the file, or other rows as its header."""
    _must_keep(request)
    form = SheetForm(request.POST)
    run = _run(compound, import_ref)
    if not form.is_valid():
        return _columns_page(request, compound, run, error=_first(form), form=None, status=422)
    return _post(
        request, compound, run, show_columns=True,
        effect=lambda now: uploading.choose_sheet(
            compound_id=compound.pk, ref=import_ref, sheet=form.cleaned_data["sheet"], header=form.header,
            by=request.actor, now=now,
        ),
    )  # fmt: skip


@require_POST
@in_compound()
def columns(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """What each column means; the check begins."""
    _must_keep(request)
    run = _run(compound, import_ref)
    form = ColumnsForm(request.POST, columns=run.columns)
    if not form.is_valid():
        return _columns_page(request, compound, run, error=_first(form), form=form, status=422)
    return _post(
        request, compound, run, form=form,
        effect=lambda now: uploading.check(
            compound_id=compound.pk, ref=import_ref, fields=form.chosen, area_source=form.cleaned_data["area_source"],
            owner_source=form.cleaned_data["owner_source"], by=request.actor, now=now,
        ),
    )  # fmt: skip


@require_POST
@in_compound()
def confirm(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """Agree to what was shown; the import begins."""
    _must_keep(request)
    run = _run(compound, import_ref)
    report = queries.report_of(run) or {}
    form = ConfirmForm(request.POST, missing=[one["pk"] for one in report.get("missing", [])])
    if not form.is_valid():
        return _page(request, compound, run, error=_first(form), status=422)
    return _post(
        request, compound, run,
        effect=lambda now: uploading.confirm(
            compound_id=compound.pk, ref=import_ref, plan=form.cleaned_data["plan"], answers=form.answers,
            gone=form.cleaned_data["gone"], skip_bad=form.cleaned_data["skip_bad"], by=request.actor, now=now,
        ),
    )  # fmt: skip


@require_POST
@in_compound()
def drop(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """Give an import up."""
    _must_keep(request)
    run = _run(compound, import_ref)
    return _post(
        request, compound, run,
        effect=lambda now: uploading.drop(compound_id=compound.pk, ref=import_ref, by=request.actor, now=now),
    )  # fmt: skip


@require_POST
@in_compound()
def undo(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """Take the last import back."""
    _must_keep(request)
    run = _run(compound, import_ref)
    return _post(
        request, compound, run,
        effect=lambda now: undoing.undo(compound_id=compound.pk, ref=import_ref, by=request.actor, now=now),
    )  # fmt: skip


def _post(
    request: ActingRequest,
    compound: Compound,
    run: Run,
    *,
    effect: Callable[[datetime], Run],
    form: forms.Form | None = None,
    show_columns: bool = False,
) -> HttpResponse:
    """Take one step once, and go back to the import's page; a refusal comes back with its words."""
    now = timezone.now()
    page = reverse("registers_import", args=[compound.code, run.ref])

    def take() -> str:
        effect(now)
        return f"{page}?columns" if show_columns else page

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=take))
    except NoSuchRun as error:
        raise Http404 from error
    except NotPermitted as error:
        raise PermissionDenied from error
    except (Refused, WorkbookRefused, KeyRefused) as error:
        fresh = _run(compound, run.ref)
        columns_shown = show_columns or form is not None
        if columns_shown and fresh.state in {"mapping", "checked"}:
            text = refusal_text(error)
            return _columns_page(request, compound, fresh, error=text, form=form, status=_status(error))
        return _page(request, compound, fresh, error=refusal_text(error), status=_status(error))


def _first(form: forms.Form) -> str:
    """The first thing that is wrong with a form."""
    return next((str(text) for found in form.errors.values() for text in found), "")


@require_safe
@never_cache
@in_compound()
def marked(request: ActingRequest, compound: Compound, import_ref: str) -> HttpResponse:
    """The file with its bad cells marked and what is wrong beside them."""
    _must_keep(request)
    run = _run(compound, import_ref)
    try:
        content = previews.marked(run)
    except (Refused, WorkbookRefused) as error:
        return _page(request, compound, run, error=refusal_text(error), status=409)
    return workbook(content, f"{run.name.removesuffix('.xlsx')}（要改的地方）.xlsx")
