"""A list of equipment as .xlsx: the sample, what was found in a file, and what is to be written."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from equipment import queries, sheets
from equipment.actions import importing as actions
from equipment.forms import UploadForm
from equipment.models import Run
from equipment.refusals import OutOfState
from equipment.views.posting import Said, keepers, post, taken
from equipment.views.register import xlsx
from equipment.words import RUN_STATES, finding_text, kind_name, refusal_text
from registers.rules.workbook import WorkbookRefused
from tenancy.access import ActingRequest
from tenancy.models import Compound

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def imports(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The way in: the sample, a file, and the latest imports."""
    now = timezone.now()
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()

    def again(status: int) -> HttpResponse:
        rows = queries.runs(compound.pk)
        return render(
            request,
            "equipment/imports.html",
            {
                "compound": compound,
                "form": form,
                "runs": [{"run": one, "state": RUN_STATES[one.state]} for one in rows],
            },
            status=status,
        )

    def effect() -> str:
        file = form.cleaned_data["file"]
        run = actions.upload(compound_id=compound.pk, content=file.read(), name=file.name, by=request.actor, now=now)
        return reverse("equipment_import", args=[compound.code, run.ref])

    if not posted:
        return again(200)
    try:
        return taken(request, compound, form, now=now, effect=effect, again=again)
    except WorkbookRefused as refused:
        form.add_error("file", refusal_text(refused))
        return again(422)


@require_safe
@never_cache
@keepers
def one(request: ActingRequest, compound: Compound, run: str) -> HttpResponse:
    """What was found in a file."""
    return _one(request, compound, _found(compound, run))


@require_POST
@keepers
def step(request: ActingRequest, compound: Compound, run: str, step: str) -> HttpResponse:
    """Write what was shown, or put the file aside."""
    found = _found(compound, run)
    if step not in {"confirm", "drop"}:
        raise Http404
    now = timezone.now()

    def effect() -> str:
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": run, "by": request.actor, "now": now}
        if step == "drop":
            actions.drop(**common)
            messages.success(request, _("这份表已放弃，台账没有改动。"))
            return reverse("equipment_imports", args=[compound.code])
        made = actions.confirm(plan=request.POST.get("plan", ""), **common)
        done = made.counts["new"] + made.counts["changed"]
        messages.success(request, ngettext("已导入 %(n)s 件。", "已导入 %(n)s 件。", done) % {"n": done})
        return reverse("equipment_import", args=[compound.code, run])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        if isinstance(said.__cause__, OutOfState) and said.__cause__.code == "import_stale":
            found = actions.look_again(compound_id=compound.pk, ref=run, by=request.actor, now=now)
        return _one(request, compound, found, refused=said.text, status=said.status)


@require_safe
@never_cache
@keepers
def marked(_request: ActingRequest, compound: Compound, run: str) -> HttpResponse:
    """The file as it came, with what is wrong marked in it."""
    found = _found(compound, run)
    return xlsx(sheets.marked(found, localdate(found.created_at)), "fire-equipment-marked.xlsx")


@require_safe
@keepers
def sample(_request: ActingRequest, compound: Compound) -> HttpResponse:
    """An empty form."""
    return xlsx(sheets.sample(one.name for one in queries.buildings(compound.pk)), "fire-equipment-sample.xlsx")


def _found(compound: Compound, ref: str) -> Run:
    found = queries.run_of(compound.pk, ref)
    if found is None:
        raise Http404
    return found


def _one(
    request: ActingRequest, compound: Compound, run: Run, *, refused: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    shows = {"bad": _("要改的"), "new": _("新增"), "changed": _("改动")}
    counts = {"bad": run.counts["bad_cells"], "new": run.counts["new"], "changed": run.counts["changed"]}
    first = next((key for key in shows if counts[key]), "new")
    show = request.GET.get("show", first)
    show = show if show in shows else first
    page = Paginator(run.report[show], PER_PAGE).get_page(request.GET.get("page"))
    rows: list[dict[str, Any]] = []
    for row in page.object_list:
        if show == "bad":
            rows.append({"ref": row["ref"], "value": row["value"], "words": finding_text(row["code"], row["words"])})
        elif show == "new":
            at, number, kind, building, floor, spot = row
            where = " ".join(part for part in (building, floor, spot) if part)
            rows.append({"ref": str(at), "value": f"{number} {kind_name(kind)}", "words": where})
        else:
            at, number, words = row
            rows.append({"ref": str(at), "value": number, "words": words})
    return render(
        request,
        "equipment/import.html",
        {
            "compound": compound,
            "run": run,
            "state": RUN_STATES[run.state],
            "at": localtime(run.created_at),
            "tabs": [
                {"url": f"?show={key}", "label": label, "count": counts[key], "active": key == show}
                for key, label in shows.items()
                if counts[key]
            ],
            "rows": rows,
            "page": page,
            "nothing": not counts["new"] and not counts["changed"],
            "writes": counts["new"] + counts["changed"],
            "form": UploadForm(),
            "refused": refused,
        },
        status=status,
    )
