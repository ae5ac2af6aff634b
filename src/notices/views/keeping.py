"""What a compound keeps for its board: its own templates beside the built-in ones."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notices import queries
from notices.actions.keeping import end_template, save_template
from notices.forms import TemplateForm
from notices.permissions import WRITER_PARTIES, WRITER_ROLES, may_keep_templates
from notices.rules.builtin import BUILTIN
from notices.views.posting import Said, post
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

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
