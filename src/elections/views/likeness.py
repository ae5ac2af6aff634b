"""What may be one owner: proposed by the register, decided by a person, each group with its ground."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from elections import actions
from elections.models import Likeness, Poll, State
from elections.permissions import may_conduct
from elections.queries import roll
from elections.queries.standing import prepared
from elections.roll_forms import LikenessForm
from elections.roll_words import REASONS
from elections.rules.measures import area_text
from elections.views.polls import found_poll, readers
from elections.views.posting import Said, post
from tenancy.access import ActingRequest
from tenancy.models import Compound

PAGE = 10


@require_safe
@never_cache
@readers
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The groups, those without a decision first."""
    return _page(request, compound, found_poll(request, compound, poll))


@require_POST
@readers
def decide(request: ActingRequest, compound: Compound, poll: str, number: int) -> HttpResponse:
    """Say which lines of a group are one owner, and on what ground."""
    found, now = found_poll(request, compound, poll), timezone.now()
    group = roll.group_of(found, number)
    if group is None:
        raise Http404
    form = LikenessForm(request.POST, lines=group.lines, prefix=f"g{number}")
    if not form.is_valid():
        return _page(request, compound, found, form=form, of=number, status=422)

    def effect() -> str:
        actions.decide_likeness(
            compound_id=compound.pk, ref=poll, number=number, same=form.same(), note=form.cleaned_data["note"],
            by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("已记下判断和依据。"))
        return reverse("polls_likeness", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, form=form, of=number, status=said.status)


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    form: LikenessForm | None = None,
    of: int = 0,
    status: int = 200,
) -> HttpResponse:
    shown = Paginator(roll.groups_of(found), PAGE).get_page(request.GET.get("page"))
    groups = list(shown.object_list)
    decides = may_conduct(request.actor, found) and found.state == State.PREPARING
    lines = roll.lines_of(found, groups)
    return render(
        request,
        "elections/likeness.html",
        {
            "compound": compound,
            "poll": found,
            "page": shown,
            "stand": prepared(found),
            "decides": decides,
            "groups": [
                _group(one, lines, form if form is not None and one.number == of else None, decides=decides)
                for one in groups
            ],
        },
        status=status,
    )


def _group(
    one: Likeness, lines: dict[int, roll.RegisterLine], form: LikenessForm | None, *, decides: bool
) -> dict[str, Any]:
    known = [line for line in one.lines if line in lines]
    mark = {
        line: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26] for place, same in enumerate(one.same or []) for line in same
    }
    shown = form or (LikenessForm(lines=one.lines, prefix=f"g{one.number}") if decides else None)
    return {
        "group": one,
        "title": _("、").join(dict.fromkeys(lines[line].name for line in known)),
        "reasons": [REASONS[reason] for reason in one.reasons],
        "lines": [
            {
                "line": lines[line],
                "area": area_text(lines[line].area),
                "mark": mark.get(line, ""),
                "field": shown.of_line(line) if shown else None,
            }
            for line in known
        ],
        "form": shown,
        "decided": one.same is not None,
        "same": bool(one.same),
    }
