"""Writing a letter: new, as a reply, in place of an older one; and changing a draft."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from letters import actions, queries
from letters.forms import LetterForm
from letters.models import Letter, State
from letters.permissions import WRITER_PARTIES, WRITER_ROLES, writes_for
from letters.views.posting import Said, post
from notices.rules.chain import signs_for
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.numbers import whole

staff = in_compound(parties=WRITER_PARTIES, roles=WRITER_ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """A new letter; ``reply`` and ``replace`` name the letter that it answers or takes the place of."""
    now = timezone.now()
    answered = _named(request, compound, "reply")
    replaced = _named(request, compound, "replace")
    bodies = queries.to_choose(request.actor, compound.pk, now)
    if request.method != "POST":
        form = LetterForm(initial=_initial(answered, replaced), bodies=bodies)
        return _editor(request, compound, form, answered=answered, replaced=replaced)
    form = LetterForm(request.POST, request.FILES, bodies=bodies)
    if not form.is_valid():
        return _editor(request, compound, form, answered=answered, replaced=replaced)

    def effect() -> str:
        made = actions.write(
            compound_id=compound.pk,
            draft=form.draft(reply_to=answered.ref if answered else "", replaces=replaced.ref if replaced else ""),
            by=request.actor,
            now=now,
        )
        _finish(request, compound, made, form.cleaned_data["uploads"], now)
        return reverse("letters_one", args=[compound.code, made.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _editor(request, compound, form, answered=answered, replaced=replaced, status=said.status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def edit(request: ActingRequest, compound: Compound, letter: str) -> HttpResponse:
    """Change a draft, and send it."""
    found = queries.letter_for(request.actor, compound.pk, letter)
    if found is None or not writes_for(request.actor, found):
        raise Http404
    if found.state != State.DRAFT:
        return redirect("letters_one", compound.code, letter)
    now = timezone.now()
    bodies = queries.to_choose(request.actor, compound.pk, now)
    if request.method != "POST":
        initial = {
            "to": [row.organisation_id for row in found.addressees.all()],
            "subject": found.subject,
            "source": found.source,
            "reply_by": found.reply_by,
        }
        return _editor(request, compound, LetterForm(initial=initial, bodies=bodies), found)
    form = LetterForm(request.POST, request.FILES, bodies=bodies)
    if not form.is_valid():
        return _editor(request, compound, form, found)

    def effect() -> str:
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": letter, "by": request.actor, "now": now}
        changed = actions.revise(draft=form.draft(), **common)
        for raw in request.POST.getlist("drop"):
            if (attachment_id := whole(raw)) is not None:
                actions.detach(attachment_id=attachment_id, **common)
        _finish(request, compound, changed, form.cleaned_data["uploads"], now)
        return reverse("letters_one", args=[compound.code, letter])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _editor(request, compound, form, found, status=said.status)


def _finish(request: ActingRequest, compound: Compound, letter: Letter, uploads: Iterable[Any], now: datetime) -> None:
    common: dict[str, Any] = {"compound_id": compound.pk, "ref": letter.ref, "by": request.actor, "now": now}
    for upload in uploads:
        actions.attach(upload=upload, name=_stem(upload.name), **common)
    if "send" in request.POST:
        actions.send(**common)
    said = _("已发出，对方会收到消息。") if "send" in request.POST else _("已存为草稿。")
    messages.success(request, said, extra_tags="draft:letter")


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0][:80]


def _named(request: ActingRequest, compound: Compound, name: str) -> Letter | None:
    ref = request.GET.get(name, "")
    if not ref:
        return None
    found = queries.letter_for(request.actor, compound.pk, ref[:16])
    if found is None:
        raise Http404
    return found


def _initial(answered: Letter | None, replaced: Letter | None) -> dict[str, Any]:
    if answered is not None:
        return {
            "to": [answered.organisation_id],
            "subject": _("关于《%(what)s》的复函") % {"what": answered.subject[:60]},
        }
    if replaced is not None:
        return {
            "to": [row.organisation_id for row in replaced.addressees.all()],
            "subject": replaced.subject,
            "source": replaced.source,
            "reply_by": replaced.reply_by,
        }
    return {}


def _editor(
    request: ActingRequest,
    compound: Compound,
    form: LetterForm,
    found: Letter | None = None,
    *,
    answered: Letter | None = None,
    replaced: Letter | None = None,
    status: int = 0,
) -> HttpResponse:
    return render(
        request,
        "letters/editor.html",
        {
            "compound": compound,
            "form": form,
            "letter": found,
            "answered": answered or (found.reply_to if found else None),
            "replaced": replaced or (found.replaces if found else None),
            "files": queries.kept_files(found) if found else [],
            "sends": bool(signs_for(request.actor.party, request.actor.role)),
            "draft_key": f"letter:{found.ref}" if found else f"letter:{compound.code}",
        },
        status=status or (422 if form.is_bound else 200),
    )
