"""Plan pictures, what is away for service, reports from labels, and the standards with the compound's own stricter rules."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import StoredFile
from equipment import queries
from equipment.actions import plans as planning
from equipment.actions import rules as ruling
from equipment.actions import service
from equipment.actions.reports import settle
from equipment.forms import AwayForm, BackForm, OutcomeForm, PlanForm, PrintForm, RuleForm, UnitForm
from equipment.hooks import report_steps, standings
from equipment.models import Place
from equipment.permissions import keeps, sets_rules
from equipment.rules.removal import most_away
from equipment.rules.standards import BY_UNIT, standards
from equipment.views.posting import Said, keepers, post, readers, sections, taken
from equipment.words import ACTS, EVERY, MARKS, kind_name, name_of
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PER_PAGE = 30
managers = in_compound(parties=("company",), roles=("manager",))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def plans(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The plan pictures; a POST adds one."""
    now = timezone.now()
    posted = request.method == "POST"
    form = PlanForm(request.POST, request.FILES) if posted else PlanForm()

    def again(status: int) -> HttpResponse:
        context = {
            "compound": compound,
            "sections": sections(request, compound, "equipment_plans"),
            "plans": list(queries.plans(compound.pk)),
            "form": form if keeps(request.actor) else None,
        }
        return render(request, "equipment/plans.html", context, status=status)

    def effect() -> str:
        made = planning.add_plan(
            compound_id=compound.pk, name=form.cleaned_data["name"], upload=form.cleaned_data["file"], by=request.actor,
            now=now,
        )  # fmt: skip
        messages.success(request, _("平面图已保存。打开一件设施，在图上点一下它的位置。"))
        return reverse("equipment_plan", args=[compound.code, made.pk])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_safe
@never_cache
@readers
def plan(request: ActingRequest, compound: Compound, plan_id: int) -> HttpResponse:
    """A plan with its pieces, coloured by their state, and the same as a list."""
    found = queries.plan_of(compound.pk, plan_id)
    if found is None:
        raise Http404
    now = timezone.now()
    # In thousandths of the width, as the picture is drawn.
    tall = 1000 * (found.file.height or 1) // (found.file.width or 1)
    pieces = queries.on_plan(found)
    over = queries.over_on(found, localdate(now))
    told = standings(compound.pk, [one.pk for one in pieces], now)
    rows = []
    for n, one in enumerate(pieces, start=1):
        there = {one.state, *told.get(one.pk, ()), *(("over",) if one.pk in over else ())}
        marks = [key for key in MARKS if key in there] or ["good"]
        rows.append(
            {
                "piece": one,
                "kind": kind_name(one.kind),
                "n": n,
                "y": (one.plan_y or 0) * tall // 1000,
                "marks": [{"sign": MARKS[key][0], "label": MARKS[key][1], "tone": MARKS[key][2]} for key in marks],
                "key": marks[0],
            }
        )
    counts = Counter(row["key"] for row in rows)
    return render(
        request,
        "equipment/plan.html",
        {
            "compound": compound,
            "plan": found,
            "rows": rows,
            "legend": [
                {"sign": sign, "label": label, "tone": tone, "n": counts[key]}
                for key, (sign, label, tone) in MARKS.items()
            ],
            "tall": tall,
            "keeps": keeps(request.actor),
        },
    )


@require_POST
@keepers
def plan_retire(request: ActingRequest, compound: Compound, plan_id: int) -> HttpResponse:
    """Take a plan out of use."""
    now = timezone.now()

    def effect() -> str:
        planning.retire_plan(compound_id=compound.pk, plan_id=plan_id, by=request.actor, now=now)
        messages.success(request, _("平面图已停用。"))
        return reverse("equipment_plans", args=[compound.code])

    return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def away(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What is away for service; with a placement unit chosen, its pieces to send away."""
    now = timezone.now()
    posted = request.method == "POST"
    unit = (request.POST if posted else request.GET).get("unit", "").replace("\x00", "")[:40]
    units = queries.units(compound.pk)
    pieces = queries.of_unit(compound.pk, unit) if unit else []
    form = AwayForm(request.POST) if posted else AwayForm()

    def page(status: int, refused: str = "") -> HttpResponse:
        rows = queries.batches(compound.pk)
        known = queries.batch_pieces(compound.pk, rows)
        batches = [
            {
                "batch": one,
                "pieces": [known[pk] for pk in one.piece_ids if pk in known],
            }
            for one in rows
        ]
        total, gone, lent = queries.unit_sizes(compound.pk, unit) if unit else (0, 0, 0)
        return render(
            request,
            "equipment/away.html",
            {
                "compound": compound,
                "sections": sections(request, compound, "equipment_away"),
                "units": units,
                "unit": unit,
                "pieces": pieces,
                "form": form,
                "batches": batches,
                "most": max(0, most_away(total) - gone + lent),
                "total": total,
                "refused": refused,
                "today": localdate(),
            },
            status=status,
        )

    if not posted:
        return page(200)
    ticked = PrintForm(request.POST, known=[one.pk for one in pieces])
    if not ticked.is_valid() or not form.is_valid():
        return page(422)

    def effect() -> str:
        service.send_away(
            compound_id=compound.pk, piece_ids=ticked.cleaned_data["pieces"], body=form.cleaned_data["body"],
            lent=form.cleaned_data["lent"] or 0, by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("已记下送修。送回后在这里填维修日期。"))
        return reverse("equipment_away", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        if said.field in form.fields:
            form.add_error(said.field, said.text)
            return page(said.status)
        return page(said.status, said.text)


@require_POST
@keepers
def back(request: ActingRequest, compound: Compound, batch_id: int) -> HttpResponse:
    """What was away is back."""
    now = timezone.now()
    form = BackForm(request.POST)

    def again(_status: int) -> HttpResponse:
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, str(error))
        return redirect("equipment_away", compound.code)

    def effect() -> str:
        service.take_back(
            compound_id=compound.pk,
            batch_id=batch_id,
            serviced_on=form.cleaned_data["serviced_on"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已送回，下次维修重新计算。"))
        return reverse("equipment_away", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again)


@require_safe
@never_cache
@readers
def reports(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What was reported at labels."""
    return _reports(request, compound)


def _reports(request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200) -> HttpResponse:
    new = request.GET.get("show") != "seen"
    page = Paginator(queries.reports(compound.pk, new=new), PER_PAGE).get_page(request.GET.get("page"))
    waiting = queries.new_reports(compound.pk)
    rows = []
    photos = queries.photos_of(compound.pk, page.object_list)
    for one in page.object_list:
        items = {item.key: name_of(item) for item in standards().kinds[one.piece.kind].items}
        said = "；".join(part for part in (items.get(one.item, ""), one.words) if part)
        shown = [photo_links(compound, stored) for stored in photos.get(one.pk, [])]
        steps = report_steps(compound.code, one.pk)
        rows.append({"report": one, "kind": kind_name(one.piece.kind), "said": said, "photos": shown, "steps": steps})
    return render(
        request,
        "equipment/reports.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "equipment_reports", waiting=waiting),
            "tabs": [
                {"url": "?", "label": _("待处理"), "count": waiting, "active": new},
                {"url": "?show=seen", "label": _("已处理"), "active": not new},
            ],
            "rows": rows,
            "page": page,
            "new": new,
            "keeps": keeps(request.actor),
            "refused": refused,
        },
        status=status,
    )


@require_POST
@keepers
def report_settle(request: ActingRequest, compound: Compound, report_id: int) -> HttpResponse:
    """Say what became of a report."""
    now = timezone.now()
    form = OutcomeForm(request.POST)

    def effect() -> str:
        settle(
            compound_id=compound.pk,
            report_id=report_id,
            outcome=form.cleaned_data["outcome"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已记下处理结果。"))
        return reverse("equipment_reports", args=[compound.code])

    def again(status: int) -> HttpResponse:
        said = next((str(error) for errors in form.errors.values() for error in errors), "")
        return _reports(request, compound, refused=said, status=status)

    return taken(request, compound, form, now=now, effect=effect, again=again)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def rules(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What the standards ask, kind by kind, with the compound's own stricter rules; a POST makes one."""
    now = timezone.now()
    posted = request.method == "POST"
    may = sets_rules(request.actor)
    form = RuleForm(request.POST) if posted else RuleForm()

    def again(status: int) -> HttpResponse:
        unit = queries.unit_of(compound.pk)
        own = list(queries.own_rules(compound.pk))
        key = request.GET.get("kind", "")
        kind = standards().kinds.get(key)
        return render(
            request,
            "equipment/rules.html",
            {
                "compound": compound,
                "sections": sections(request, compound, "equipment_rules"),
                "version": standards().version,
                "unit": standards().units[unit],
                "unit_name": name_of(standards().units[unit]),
                "unit_form": UnitForm(initial={"unit": unit}) if may else None,
                "form": form if may else None,
                "own": [_own(one) for one in own],
                "kinds": [{"key": one, "name": kind_name(one), "active": one == key} for one in standards().kinds],
                "kind": kind,
                "kind_name": name_of(kind) if kind is not None else "",
                "cadences": [
                    {
                        "row": row,
                        "every": EVERY[standards().units[unit].every if row.every == BY_UNIT else row.every],
                        "act": ACTS[row.act],
                        "where": "、".join(str(Place(one).label) for one in row.places),
                        "subtypes": "、".join(kind.subtypes[one][0] for one in row.subtypes),
                        "clause": standards().units[unit].clause if row.every == BY_UNIT else row.clause,
                    }
                    for row in kind.cadences
                ]
                if kind is not None
                else [],
                "lives": [
                    {"row": row, "subtypes": "、".join(kind.subtypes[one][0] for one in row.subtypes)}
                    for row in kind.lives
                ]
                if kind is not None
                else [],
                "items": [{"row": row, "name": name_of(row)} for row in kind.items if row.type != "photo"]
                if kind is not None
                else [],
            },
            status=status,
        )

    def effect() -> str:
        ruling.set_rule(
            compound_id=compound.pk, word=form.word(), reason=form.cleaned_data["reason"], by=request.actor, now=now
        )
        messages.success(request, _("已保存，按更严的执行。"))
        return reverse("equipment_rules", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


def _own(rule: Any) -> dict[str, Any]:
    kind = standards().kinds[rule.kind]
    names = {one.duty: one.name for one in kind.cadences} | {one.what: one.name for one in kind.lives}
    asks = EVERY[rule.every] if rule.every else _("最长 %(n)s 年") % {"n": rule.years}
    return {"rule": rule, "name": f"{name_of(kind)}：{names[rule.subject]}", "asks": asks}


@require_POST
@managers
def unit_set(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Say what class the compound is."""
    now = timezone.now()
    form = UnitForm(request.POST)

    def again(_status: int) -> HttpResponse:
        messages.error(request, _("请选择小区类别。"))
        return redirect("equipment_rules", compound.code)

    def effect() -> str:
        ruling.set_unit(compound_id=compound.pk, unit=form.cleaned_data["unit"], by=request.actor, now=now)
        messages.success(request, _("已保存。"))
        return reverse("equipment_rules", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again)


@require_POST
@managers
def rule_end(request: ActingRequest, compound: Compound, own_rule: int) -> HttpResponse:
    """Go back to the standard."""
    now = timezone.now()

    def effect() -> str:
        ruling.end_rule(compound_id=compound.pk, rule_id=own_rule, by=request.actor, now=now)
        messages.success(request, _("已取消，按标准执行。"))
        return reverse("equipment_rules", args=[compound.code])

    return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))


def photo_links(compound: Compound, stored: StoredFile) -> dict[str, str]:
    """A photo as ``ui/photos.html`` shows it."""
    address = reverse("documents:file", args=[compound.code, stored.ref])
    return {"url": address, "thumb_url": f"{address}?size=thumb", "alt": ""}
