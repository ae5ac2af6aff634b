"""One list of a handover: its rows page by page, looked at many at once; one row; adding by hand, by pasting, from a sheet."""

from collections.abc import Callable
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handover import queries
from handover.actions.listing import Judged, add_rows, drop_row, edit_row, judge
from handover.forms import KIND_HINTS, FileForm, FilterForm, JudgeForm, PasteForm, RowForm
from handover.models import Handover, Item, Kind, State, Verdict
from handover.permissions import may
from handover.refusals import RowsBad
from handover.rules.lists import Row
from handover.rules.reading import Read, pasted
from handover.sheets import rows_of
from handover.views.overview import found_or_404, staff
from handover.views.posting import Said, post
from handover.words import VERDICT_TONES, bad_text
from repairs.rules.money import yuan
from tenancy.access import ActingRequest
from tenancy.models import Compound
from ui.numbers import whole

BAD_SHOWN = 50


@require_safe
@never_cache
@staff
def rows(request: ActingRequest, compound: Compound, handover: str, kind: str) -> HttpResponse:
    """The rows of a list."""
    return _rows(request, compound, handover, kind)


@require_POST
@staff
def judge_many(request: ActingRequest, compound: Compound, handover: str, kind: str) -> HttpResponse:
    """Say of the rows of one page how they were handed over; ``all`` says 已交 of every one that was not looked at."""
    _found, _kind = _list_or_404(request, compound, handover, kind)
    now = timezone.now()
    given = request.POST
    judged = []
    for raw in given.getlist("shown"):
        if (number := whole(raw)) is None:
            continue
        verdict, note = given.get(f"verdict-{raw}", ""), given.get(f"note-{raw}", "")
        if "all" in given and not verdict:
            verdict = Verdict.HANDED.value
        if verdict:
            judged.append(Judged(number, verdict, note))

    def effect() -> str:
        count = judge(compound_id=compound.pk, ref=handover, judged=judged, by=request.actor, now=now) if judged else 0
        messages.success(request, _("已记下 %(count)s 行。") % {"count": count})
        return _address(request, compound, handover, kind)

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _rows(request, compound, handover, kind, said=said, typed=given)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def add(request: ActingRequest, compound: Compound, handover: str, kind: str) -> HttpResponse:
    """Add rows: one by hand, many by pasting or from a sheet. All or none."""
    found, known = _list_or_404(request, compound, handover, kind)
    if known == Kind.CASE or not may(request.actor, "list", found):
        raise Http404
    now = timezone.now()
    own: dict[str, forms.Form] = {
        "row": RowForm(kind=kind, auto_id="row_%s"),
        "paste": PasteForm(auto_id="paste_%s"),
        "file": FileForm(auto_id="file_%s"),
    }
    if request.method != "POST":
        return _add(request, compound, found, known, own)
    tried = request.POST.get("how", "row")
    form = {
        "paste": PasteForm(request.POST, auto_id="paste_%s"),
        "file": FileForm(request.POST, request.FILES, auto_id="file_%s"),
    }.get(tried) or RowForm(request.POST, kind=kind, auto_id="row_%s")
    own[tried if tried in own else "row"] = form
    if not form.is_valid():
        return _add(request, compound, found, known, own, status=422)

    def effect() -> str:
        read = _read(form, kind)
        count = add_rows(compound_id=compound.pk, ref=handover, kind=kind, read=read, by=request.actor, now=now)
        messages.success(request, _("已加 %(count)s 行。") % {"count": count}, extra_tags=f"draft:handover:{kind}")
        page = "handover_add" if tried == "row" else "handover_rows"
        return reverse(page, args=[compound.code, handover, kind])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        bad = [bad_text(one) for one in said.error.bad] if isinstance(said.error, RowsBad) else []
        return _add(request, compound, found, known, own, bad=bad, status=said.status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def item(request: ActingRequest, compound: Compound, handover: str, item_id: int) -> HttpResponse:
    """One row: what it says, what the receiving side says of it; edited, looked at or taken off."""
    found = found_or_404(request, compound, handover)
    row = queries.item_of(found, item_id, dropped_too=request.method == "POST")
    if row is None:
        raise Http404
    now = timezone.now()
    if request.method != "POST":
        return _item(request, compound, found, row)
    tried = request.POST.get("how", "")
    made: dict[str, Callable[[], forms.Form]] = {
        "judge": lambda: JudgeForm(request.POST, request.FILES, auto_id="judge_%s"),
        "edit": lambda: RowForm(request.POST, kind=row.kind, auto_id="edit_%s"),
        "drop": lambda: forms.Form(request.POST),
    }
    if tried not in made:
        raise Http404
    form = made[tried]()
    if not form.is_valid():
        return _item(request, compound, found, row, tried=tried, form=form, status=422)
    common: dict[str, Any] = {"compound_id": compound.pk, "ref": handover, "by": request.actor, "now": now}

    def effect() -> str:
        given = form.cleaned_data
        if tried == "judge":
            judge(judged=[Judged(item_id, given["verdict"], given["note"])], photo=given["photo"], **common)
        elif tried == "edit":
            edit_row(item_id=item_id, row=given["row"], **common)
        else:
            drop_row(item_id=item_id, **common)
        messages.success(request, _("已记下。"))
        return reverse("handover_rows", args=[compound.code, handover, row.kind])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _item(request, compound, found, row, tried=tried, form=form, status=said.status)


def _rows(
    request: ActingRequest,
    compound: Compound,
    ref: str,
    kind: str,
    *,
    said: Said | None = None,
    typed: Any = None,
) -> HttpResponse:
    found, known = _list_or_404(request, compound, ref, kind)
    wanted = FilterForm(request.GET)
    chosen = wanted.cleaned_data if wanted.is_valid() else {"verdict": "", "q": ""}
    tally = queries.tallies(found).get(kind)
    listed = queries.items(found, kind, verdict=chosen["verdict"], words=chosen["q"].strip())
    page = Paginator(listed, queries.PAGE).get_page(request.GET.get("page"))
    judges = found.state == State.LISTING and may(request.actor, "judge", found)
    return render(
        request,
        "handover/rows.html",
        {
            "compound": compound,
            "handover": found,
            "kind": known,
            "hint": KIND_HINTS[known],
            "tally": tally,
            "page": page,
            "rows": [_shown(row, typed) for row in page.object_list],
            "judges": judges,
            "adds": known != Kind.CASE and found.state == State.LISTING and may(request.actor, "list", found),
            "verdicts": [(one.value, one.label) for one in Verdict if one != Verdict.OPEN],
            "tabs": [
                {
                    "url": f"?verdict={value}",
                    "label": label,
                    "count": None,
                    "active": chosen["verdict"] == value,
                }
                for value, label in [("", _("全部")), *Verdict.choices]
            ],
            "filter": wanted,
            "words": chosen["q"],
            "address": _address(request, compound, ref, kind, route="handover_judge"),
            "said": said.text if said else "",
        },
        status=said.status if said else 200,
    )


def _shown(row: Item, typed: Any) -> dict[str, Any]:
    verdict = typed.get(f"verdict-{row.pk}", "") if typed is not None else row.verdict
    return {
        "item": row,
        "verdict": Verdict(row.verdict).label,
        "tone": VERDICT_TONES[row.verdict],
        "chosen": verdict,
        "note": typed.get(f"note-{row.pk}", "") if typed is not None else row.note,
        "amount": yuan(row.amount_fen) if row.amount_fen is not None else "",
        "parts": [part for part in (row.place if row.place != row.title else "", row.detail, row.condition) if part],
    }


def _add(
    request: ActingRequest,
    compound: Compound,
    found: Handover,
    kind: Kind,
    own: dict[str, forms.Form],
    *,
    bad: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "handover/add.html",
        {
            "compound": compound,
            "handover": found,
            "kind": kind,
            "hint": KIND_HINTS[kind],
            "forms": own,
            "bad": (bad or [])[:BAD_SHOWN],
            "bad_more": max(0, len(bad or []) - BAD_SHOWN),
        },
        status=status,
    )


def _item(
    request: ActingRequest,
    compound: Compound,
    found: Handover,
    row: Item,
    *,
    tried: str = "",
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    open_ = found.state == State.LISTING
    edits = open_ and may(request.actor, "list", found) and row.kind != Kind.CASE
    start = {
        name: getattr(row, name) for name in ("title", "detail", "place", "condition", "quantity", "note")
    } | {"amount": yuan(row.amount_fen).replace(",", "") if row.amount_fen is not None else ""}  # fmt: skip
    judging = JudgeForm(
        initial={"verdict": row.verdict if row.verdict != Verdict.OPEN else "", "note": row.note}, auto_id="judge_%s"
    )
    return render(
        request,
        "handover/item.html",
        {
            "compound": compound,
            "handover": found,
            "row": _shown(row, None),
            "kind": Kind(row.kind),
            "judge_form": (form if tried == "judge" else judging)
            if open_ and may(request.actor, "judge", found)
            else None,
            "edit_form": (form if tried == "edit" else RowForm(kind=row.kind, initial=start, auto_id="edit_%s"))
            if edits
            else None,
            "drops": edits,
            "tried": tried,
            "photo": _photo(compound, row),
            "said": [str(text) for text in form.non_field_errors()] if form is not None and tried == "drop" else [],
        },
        status=status,
    )


def _photo(compound: Compound, row: Item) -> list[dict[str, str]]:
    if row.photo is None:
        return []
    address = reverse("documents:file", args=[compound.code, row.photo.ref])
    return [{"url": address, "thumb_url": f"{address}?size=thumb", "alt": row.title}]


def _read(form: forms.Form, kind: str) -> Read:
    given = form.cleaned_data
    if "row" in given:
        row: Row = given["row"]
        return Read((row,), ())
    if "rows" in given:
        return pasted(given["rows"], kind)
    return rows_of(given["file"].read(), kind)


def _list_or_404(request: ActingRequest, compound: Compound, ref: str, kind: str) -> tuple[Handover, Kind]:
    found = found_or_404(request, compound, ref)
    if kind not in Kind.values:
        raise Http404
    return found, Kind(kind)


def _address(
    request: ActingRequest, compound: Compound, ref: str, kind: str, *, route: str = "handover_rows"
) -> str:  # fmt: skip
    query = request.GET.urlencode()
    return reverse(route, args=[compound.code, ref, kind]) + (f"?{query}" if query else "")
