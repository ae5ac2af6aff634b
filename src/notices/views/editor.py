"""Writing a notice: new, from a template, changed while it is a draft, corrected when it is out; and how it will look."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notices import actions, extras, queries, richtext
from notices.actions.files import attach, detach
from notices.actions.writing import known_values, signer_label
from notices.forms import BLANK, AmendForm, DraftForm, TextForm
from notices.models import Attachment, Kind, Notice, State
from notices.permissions import WRITER_PARTIES, WRITER_ROLES, may_submit, signs_or_dispatches, speaks_for
from notices.rules import placeholders
from notices.rules.builtin import BUILTIN
from notices.rules.kinds import MAX_SOURCE, MAX_TITLE
from notices.views.one import found_or_404
from notices.views.posting import Said, post
from notices.words import KIND_LOOKS
from parties.queries import holders
from tenancy.access import ActingRequest, acting, compound_for, in_compound
from tenancy.models import Compound
from tenancy.queries import compounds
from ui.numbers import whole

staff = in_compound(parties=WRITER_PARTIES, roles=WRITER_ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acting(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def new(request: ActingRequest, code: str) -> HttpResponse:
    """A notice for one compound, or the same for several that the post covers; each becomes a row of its own."""
    compound = compound_for(request.actor, code)
    now = timezone.now()
    covered = [one for one in compounds(request.actor.compound_ids) if one.pk != compound.pk]
    made: dict[str, Any] = {**_choices(compound), "others": [(one.pk, one.name) for one in covered]}
    where = [compound, *_chosen(request, covered)]
    if request.method != "POST":
        start = _from_template(request, compound) or {"kind": _kind(request), "matter": "general"}
        return _editor(request, compound, DraftForm(initial=start, **made), _parts(request, where, start=start))
    parts = _parts(request, where)
    form = DraftForm(request.POST, request.FILES, **made)
    if "preview" in request.POST or not _all_valid(form, parts):
        return _editor(request, compound, form, parts, preview="preview" in request.POST)

    def effect() -> str:
        given = form.cleaned_data
        written = actions.write(
            compound_ids=[compound.pk, *given.get("compounds", ())], draft=form.draft(), by=request.actor, now=now
        )
        handed = []
        for notice in written:
            common: dict[str, Any] = {
                "compound_id": notice.compound_id,
                "ref": notice.ref,
                "by": request.actor,
                "now": now,
            }
            _take_files(given["uploads"], common)
            _save_parts(parts, notice, request, now)
            handed.append(actions.submit(**common) if "submit" in request.POST else notice)
        _tell(request, handed)
        if len(written) == 1:
            return reverse("notices_one", args=[compound.code, written[0].ref])
        return reverse("notices_desk") + ("" if "submit" in request.POST else "?state=draft")

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _refused(request, compound, form, said, parts=parts)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def edit(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """Change a draft, and hand it in."""
    found = found_or_404(request, compound, notice)
    if not speaks_for(request.actor, found):
        raise Http404
    here = reverse("notices_one", args=[compound.code, notice])
    if found.state != State.DRAFT:
        return redirect(here)
    now = timezone.now()
    parts = _parts(request, [compound], found)
    if request.method != "POST":
        return _editor(request, compound, DraftForm(initial=_initial(found), **_choices(compound)), parts, found)
    form = DraftForm(request.POST, request.FILES, **_choices(compound))
    if "preview" in request.POST or not _all_valid(form, parts):
        return _editor(request, compound, form, parts, found, preview="preview" in request.POST)
    common: dict[str, Any] = {"compound_id": compound.pk, "ref": notice, "by": request.actor, "now": now}

    def effect() -> str:
        changed = actions.revise(draft=form.draft(), **common)
        _drop_files(request, common)
        _take_files(form.cleaned_data["uploads"], common)
        _save_parts(parts, changed, request, now)
        if "submit" in request.POST:
            changed = actions.submit(**common)
        _tell(request, [changed])
        return here

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _refused(request, compound, form, said, found, parts=parts)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def amend(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """Correct what is out, saying what changed."""
    found = found_or_404(request, compound, notice)
    if not may_submit(request.actor, found):
        raise Http404
    here = reverse("notices_one", args=[compound.code, notice])
    if found.state != State.PUBLISHED or found.proposed_id is not None:
        return redirect(here)
    now = timezone.now()
    parts = _parts(request, [compound], found, amends=True)
    if request.method != "POST":
        form = AmendForm(initial={"title": found.title, "source": found.source})
        return _editor(request, compound, form, parts, found)
    form = AmendForm(request.POST, request.FILES)
    if "preview" in request.POST or not _all_valid(form, parts):
        return _editor(request, compound, form, parts, found, preview="preview" in request.POST)
    common: dict[str, Any] = {"compound_id": compound.pk, "ref": notice, "by": request.actor, "now": now}

    def effect() -> str:
        given = form.cleaned_data
        _drop_files(request, common)
        _take_files(given["uploads"], common)
        _save_parts(parts, found, request, now)
        changed = actions.amend(title=given["title"], source=given["source"], changed=given["changed"], **common)
        out = changed.proposed_id is None
        messages.success(
            request, _("已更正。") if out else _("更正已送会签，会签齐了自动换上。"), extra_tags="draft:notice"
        )
        return here

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _refused(request, compound, form, said, found, parts=parts)


@require_POST
@staff
def preview(request: ActingRequest, compound: Compound) -> HttpResponse:
    """How what is typed will look on a phone: the part of the editor that renews itself."""
    return render(
        request, "notices/_preview.html", {"compound": compound, "preview": _shown(request.POST, request, compound)}
    )


def _editor(
    request: ActingRequest,
    compound: Compound,
    form: TextForm,
    parts: list[extras.Bound],
    found: Notice | None = None,
    *,
    preview: bool = False,
    said: Said | None = None,
) -> HttpResponse:
    wrong = form.is_bound and not preview and not _all_valid(form, parts)
    return render(
        request,
        "notices/editor.html",
        {
            "compound": compound,
            "form": form,
            "parts": parts,
            "notice": found,
            "amends": isinstance(form, AmendForm),
            "files": _kept(found),
            "templates": _offered(compound) if found is None else [],
            "several": isinstance(form, DraftForm) and "compounds" in form.fields,
            "submits": signs_or_dispatches(request.actor),
            "preview": _shown(form.data if form.is_bound else form.initial, request, compound),
            "draft_key": f"notice:{found.ref}" if found else f"notice:{compound.code}",
        },
        status=said.status if said else 422 if wrong else 200,
    )


def _refused(
    request: ActingRequest,
    compound: Compound,
    form: TextForm,
    said: Said,
    found: Notice | None = None,
    *,
    parts: list[extras.Bound],
) -> HttpResponse:
    at = next((one.form for one in parts if said.field in one.form.fields), form)
    at.add_error(said.field if said.field in at.fields else None, said.text)
    return _editor(request, compound, form, parts, found, said=said)


def _parts(
    request: ActingRequest,
    where: list[Compound],
    found: Notice | None = None,
    *,
    start: dict[str, Any] | None = None,
    amends: bool = False,
) -> list[extras.Bound]:
    """What upper floors add to the form."""
    data = request.POST if request.method == "POST" else None
    start = start or ({"kind": found.kind, "matter": found.matter} if found is not None else {})
    return extras.parts_for(data=data, initial=start, compounds=where, notice=found, amends=amends)


def _kind(request: ActingRequest) -> str:
    """The kind that a link to the editor asks for."""
    asked = request.GET.get("kind", "")
    return asked if asked in Kind.values else "notice"


def _chosen(request: ActingRequest, others: list[Compound]) -> list[Compound]:
    wanted = set(request.POST.getlist("compounds"))
    return [one for one in others if str(one.pk) in wanted]


def _all_valid(form: TextForm, parts: list[extras.Bound]) -> bool:
    """Whether every part is right; all are asked, so that each says beside its fields what is wrong."""
    return all([form.is_valid(), *(one.form.is_valid() for one in parts)])


def _save_parts(parts: list[extras.Bound], notice: Notice, request: ActingRequest, now: datetime) -> None:
    for one in parts:
        one.part.save(one.form, notice=notice, by=request.actor, now=now)


def _tell(request: ActingRequest, written: list[Notice]) -> None:
    states = {one.state for one in written}
    if "submit" not in request.POST:
        said = _("已存为草稿。")
    elif states == {State.PUBLISHED}:
        said = _("已发布。")
    elif states == {State.SCHEDULED}:
        said = _("已送出，到时自动发布。")
    else:
        said = _("已送出，等会签。")
    messages.success(request, said, extra_tags="draft:notice")


def _shown(given: Any, request: ActingRequest, compound: Compound) -> dict[str, Any]:
    """What is typed, as a phone will show it."""
    label = str(request.actor.label)
    values = {**known_values(compound.name, label.partition(" ")[0], localdate())}
    values |= {name.removeprefix(BLANK): str(given[name]) for name in given if name.startswith(BLANK) and given[name]}
    title = placeholders.filled(str(given.get("title", ""))[:MAX_TITLE], values)
    source = placeholders.filled(str(given.get("source", ""))[:MAX_SOURCE], values)
    kind = given.get("kind", "notice")
    kind = kind if kind in Kind.values else "notice"
    return {
        "title": title,
        "body": mark_safe(richtext.rendered(source)),  # noqa: S308  rendered() ends with the gate
        "kind": Kind(kind).label,
        "tone": KIND_LOOKS[kind][1],
        "speaker": label,
    }


def _choices(compound: Compound) -> dict[str, Any]:
    """Buildings with their entrances, and who holds a post there. Three statements."""
    here = holders(compound.pk, localdate())
    return {
        "places": queries.places_to_choose(compound.pk),
        "posts": [(one.post_id, signer_label(one)) for one in here],
    }


def _initial(found: Notice) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "matter": found.matter,
        "title": found.title,
        "source": found.source,
        "roles": found.roles,
        "places": [f"b:{pk}" for pk in found.building_ids] + [f"e:{pk}" for pk in found.entrance_ids],
        "publish_at": found.publish_at,
        "expires_at": found.expires_at,
        "public": found.public,
        "pinned": found.pinned_at is not None,
        "sign_posts": [row.post_id for row in queries.signatures_of(found)],
    }


def _from_template(request: ActingRequest, compound: Compound) -> dict[str, Any] | None:
    asked = request.GET.get("template", "")
    if asked in BUILTIN:
        chosen: Any = BUILTIN[asked]
    else:
        chosen = next((one for one in queries.own_templates([compound.pk]) if asked == f"own-{one.pk}"), None)
    if chosen is None:
        return None
    return {"kind": chosen.kind, "matter": chosen.matter, "title": chosen.title, "source": chosen.source}


def _offered(compound: Compound) -> list[dict[str, Any]]:
    """The compound's own templates, and the built-in ones that none of them stands above. One statement."""
    own = queries.own_templates([compound.pk])
    names = {one.name for one in own}
    return [
        *({"value": f"own-{one.pk}", "label": one.name, "icon": KIND_LOOKS[one.kind][0]} for one in own),
        *(
            {"value": key, "label": one.name, "icon": KIND_LOOKS[one.kind][0]}
            for key, one in BUILTIN.items()
            if one.name not in names
        ),
    ]


def _kept(found: Notice | None) -> list[Attachment]:
    return [row for row in queries.attachments_of(found) if row.dropped_at is None] if found is not None else []


def _take_files(uploads: Iterable[Any], common: dict[str, Any]) -> None:
    for upload in uploads:
        attach(upload=upload, name=_stem(upload.name), **common)


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0][:80]


def _drop_files(request: ActingRequest, common: dict[str, Any]) -> None:
    for raw in request.POST.getlist("drop"):
        if (attachment_id := whole(raw)) is not None:
            detach(attachment_id=attachment_id, **common)
