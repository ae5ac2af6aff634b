"""Where and when papers are handed in: said by whoever conducts, read by everyone who may vote."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boxes.queries import box_of
from elections.models import Poll
from elections.permissions import MEMBERS
from elections.queries.polls import OUT
from elections.views.polls import found_poll
from paper_ballots import actions
from paper_ballots.actions.asking import STATES as ASKED_IN
from paper_ballots.actions.terms import STATES
from paper_ballots.forms import AskForm, TermsForm
from paper_ballots.permissions import DESK, prints, sees
from paper_ballots.queries.asking import own_rights
from paper_ballots.queries.terms import terms_of
from paper_ballots.views.posting import Said, post
from paper_ballots.words import STEPS, TONES
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

clerks = in_compound(parties=DESK)
members = in_compound(parties=MEMBERS)


@require_http_methods(["GET", "POST"])
@never_cache
@clerks
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The form, for whoever conducts; what it says, for the others."""
    found, now = found_poll(request, compound, poll), timezone.now()
    if request.method != "POST":
        return _page(request, compound, found)
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, found, form=form, status=422)

    def effect() -> str:
        actions.settle_terms(compound_id=compound.pk, ref=found.ref, by=request.actor, now=now, **form.cleaned_data)
        messages.success(request, _("已保存，以后打印的票上都会印出来。"))
        return reverse("paper_desk", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, form=form, status=said.status)


@require_safe
@never_cache
@members
def how(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """怎样用纸质票: where, when, whom to ask, and what happens to the paper."""
    found: Poll | None = Poll.objects.select_related("compound").filter(compound_id=compound.pk, ref=poll).first()
    if found is None or not (sees(request.actor) or found.state in OUT):
        raise Http404
    return how_page(request, compound, found)


def how_page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    form: AskForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; for an owner with the own homes, and for each the form to ask or how far its paper is."""
    now = timezone.now()
    takes = found.state in ASKED_IN and (found.closes_at is None or now < found.closes_at)
    mine = own_rights(found, box_of(found), request.actor.person_id) if request.actor.party == "resident" else []
    given = form.data.get("right", "") if form is not None else ""
    return render(
        request,
        "paper_ballots/how.html",
        {
            "compound": compound,
            "poll": found,
            "terms": terms_of(found),
            "secret": found.secrecy == "secret",
            "takes": takes,
            "refused": refused,
            "mine": [
                {
                    "own": one,
                    "tone": TONES[one.far.step],
                    "words": STEPS[one.far.step],
                    "form": (
                        form
                        if form is not None and given == one.right
                        else AskForm(initial={"right": one.right}, auto_id=f"ask_{one.right}_%s")
                    )
                    if takes and one.asked is None and one.far.step in {"waiting", "made"}
                    else None,
                }
                for one in mine
            ],
        },
        status=status,
    )


def _page(
    request: ActingRequest, compound: Compound, found: Poll, *, form: TermsForm | None = None, status: int = 200
) -> HttpResponse:
    known = terms_of(found)
    names = ("place", "hours", "contact", "letter_box")
    initial = {} if known is None else {name: getattr(known, name) for name in names}
    writes = found.state in STATES and prints(request.actor, found)
    return render(
        request,
        "paper_ballots/terms.html",
        {
            "compound": compound,
            "poll": found,
            "terms": known,
            "form": (form or TermsForm(initial=initial)) if writes else None,
        },
        status=status,
    )
