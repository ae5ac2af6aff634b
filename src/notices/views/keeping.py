"""What a compound keeps for its board: its own templates beside the built-in ones, and who countersigns."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notices import queries
from notices.actions.keeping import end_rule, end_template, save_template, set_rule
from notices.forms import RuleForm, TemplateForm
from notices.models import ApprovalRule
from notices.permissions import WRITER_PARTIES, WRITER_ROLES, may_keep_templates, may_set_rules
from notices.rules.builtin import BUILTIN
from notices.rules.chain import DEFAULTS
from notices.views.posting import Said, post
from notices.words import GROUNDS, rule_text, sides_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.numbers import whole

staff = in_compound(parties=WRITER_PARTIES, roles=WRITER_ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def templates(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The templates that are offered; a new one of the compound's own, which stands above a built-in one of its name."""
    now = timezone.now()
    if request.method != "POST":
        return _templates(request, compound, TemplateForm(initial=_copied(request)))
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return _templates(request, compound, form, status=422)

    def effect() -> str:
        save_template(compound_id=compound.pk, by=request.actor, now=now, **form.cleaned_data)
        messages.success(request, _("模板已保存。"), extra_tags=f"draft:notice-template:{compound.code}")
        return reverse("notices_templates", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _templates(request, compound, form, status=said.status)


@require_POST
@staff
def drop_template(request: ActingRequest, compound: Compound, template_id: int) -> HttpResponse:
    """Stop offering one of the compound's own."""
    now = timezone.now()

    def effect() -> str:
        end_template(compound_id=compound.pk, template_id=template_id, by=request.actor, now=now)
        messages.success(request, _("模板已停用。"))
        return reverse("notices_templates", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        messages.error(request, said.text)
        return _templates(request, compound, TemplateForm(), status=said.status)


def _copied(request: ActingRequest) -> dict[str, str] | None:
    """A built-in one to start from."""
    chosen = BUILTIN.get(request.GET.get("copy", ""))
    if chosen is None:
        return None
    return {
        "name": chosen.name,
        "kind": chosen.kind,
        "matter": chosen.matter,
        "title": chosen.title,
        "source": chosen.source,
    }


def _templates(request: ActingRequest, compound: Compound, form: TemplateForm, *, status: int = 200) -> HttpResponse:
    own = queries.own_templates([compound.pk])
    names = {one.name for one in own}
    return render(
        request,
        "notices/templates.html",
        {
            "compound": compound,
            "form": form,
            "own": own,
            "builtin": [(key, one) for key, one in BUILTIN.items() if one.name not in names],
            "keeps": may_keep_templates(request.actor),
            "opened": form.is_bound or "copy" in request.GET,
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def rules(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Who countersigns what: the compound's own rules, the defaults that hold without one, and what held before."""
    now = timezone.now()
    if request.method != "POST":
        return _rules(request, compound, RuleForm(initial=_default(request)))
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _rules(request, compound, form, status=422)

    def effect() -> str:
        set_rule(compound_id=compound.pk, by=request.actor, now=now, **form.rule())
        messages.success(request, _("已保存，以后送出的公告按这条会签。"))
        return reverse("notices_rules", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _rules(request, compound, form, status=said.status)


@require_POST
@staff
def drop_rule(request: ActingRequest, compound: Compound, rule_id: int) -> HttpResponse:
    """Go back to the default."""
    now = timezone.now()

    def effect() -> str:
        end_rule(compound_id=compound.pk, rule_id=rule_id, by=request.actor, now=now)
        messages.success(request, _("已停用，改回默认的会签。"))
        return reverse("notices_rules", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        messages.error(request, said.text)
        return _rules(request, compound, RuleForm(), status=said.status)


def _default(request: ActingRequest) -> dict[str, str] | None:
    """A default to start from: its place in the list."""
    number = whole(request.GET.get("copy"))
    if number is None or number >= len(DEFAULTS):
        return None
    one = DEFAULTS[number]
    sides = [*one.sides, "", "", ""]
    return {
        "kind": one.kind,
        "matter": one.matter,
        "speaker": one.speaker,
        "first": sides[0],
        "second": sides[1],
        "third": sides[2],
    }


def _rules(request: ActingRequest, compound: Compound, form: RuleForm, *, status: int = 200) -> HttpResponse:
    kept = queries.approval_rules(compound.pk)
    held = {(one.kind, one.matter, one.speaker) for one in kept if one.ended_at is None}
    return render(
        request,
        "notices/rules.html",
        {
            "compound": compound,
            "form": form,
            "own": [_rule(one) for one in kept if one.ended_at is None],
            "before": [_rule(one) for one in kept if one.ended_at is not None],
            "defaults": [
                {
                    "place": place,
                    "text": rule_text(one.kind, one.matter, one.speaker),
                    "sides": sides_text(one.sides),
                    "ground": GROUNDS[one.kind, one.matter, one.speaker],
                    "replaced": (one.kind, one.matter, one.speaker) in held,
                }
                for place, one in enumerate(DEFAULTS)
            ],
            "sets": may_set_rules(request.actor),
            "opened": form.is_bound or "copy" in request.GET,
        },
        status=status,
    )


def _rule(one: ApprovalRule) -> dict[str, Any]:
    return {"rule": one, "text": rule_text(one.kind, one.matter, one.speaker), "sides": sides_text(one.sides)}
