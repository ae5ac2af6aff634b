"""Scanning or typing a code, and claiming a home: pages of someone who has no standing there yet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entry import PersonRequest
from parties.queries import serving_company
from premises.models import Building, Entrance, Occupancy
from residency import limits, listings, queries
from residency.actions.claims import claim, withdraw
from residency.actions.invitations import accept_invitation
from residency.actions.parents import bind
from residency.forms import ClaimForm, CodeForm, WhereForm
from residency.models import JoinCode, Poster
from residency.refusals import NoSuchRow
from residency.rules.codes import normalised
from residency.views.posting import REFUSALS, once, status_of
from residency.words import STATE_TONES, refusal_field, refusal_text, steps
from tenancy.access import public, signed_in
from tenancy.middleware import choose_standing
from tenancy.models import Compound
from tenancy.scope import has_scope, scope

RELATION_ICONS = {"owner": "home", "family": "users", "tenant": "key"}


@require_safe
@never_cache
@public
def scan(request: HttpRequest, typed: str) -> HttpResponse:
    """What a poster's QR code opens. Signed in, or with a code that is not a poster's, it goes on to the claim."""
    if limits.too_often(request):
        return _often(request, typed)
    found = queries.find_code(typed)
    if found is None:
        return _unknown(request)
    with scope(found.place_id):
        poster = _poster(found)
        if poster is not None and poster.replaced_at is not None:
            return _replaced(request, found.place, poster)
        onward = reverse("residency_claim", args=[normalised(typed)])
        if request.user.is_authenticated:
            return redirect(onward)
        if poster is None:
            return redirect_to_login(onward)
        return render(
            request,
            "residency/landing.html",
            {"compound": found.place, "poster": poster, "onward": onward, "firm": _firm(found.place)},
        )


@require_safe
@never_cache
@public
def entry(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in, and, for whoever is signed in, how their own claims stand."""
    if "code" not in request.GET:
        return _entry(request, CodeForm())
    if limits.too_often(request):
        return _often(request, request.GET["code"])
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _entry(request, form, status=422)
    code = normalised(form.cleaned_data["code"])
    if code is None or queries.find_code(code) is None:
        return _unknown(request)
    return redirect("residency_scan", code)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def join(request: PersonRequest, typed: str) -> HttpResponse:
    """Go through a code's door: claim a home, take up an invitation, or become the one who acts for a parent."""
    if limits.too_often(request):
        return _often(request, typed)
    found = queries.find_code(typed)
    if found is None:
        return _unknown(request)
    if not request.user.name:
        return redirect(f"{reverse('accounts_name')}?next={request.path}")
    with scope(found.place_id):
        page = {
            JoinCode.Kind.POSTER: _claim,
            JoinCode.Kind.INVITATION: _accept,
            JoinCode.Kind.PARENT: _bind,
        }[JoinCode.Kind(found.kind)]
        return page(request, found)


@require_POST
@signed_in
def take_back(request: PersonRequest, occupancy_id: int) -> HttpResponse:
    """The claimant withdraws a claim."""
    compound_id = listings.compound_of_own_link(person_id=request.user.pk, occupancy_id=occupancy_id)
    if compound_id is None:
        raise Http404
    now = timezone.now()
    with scope(compound_id):
        compound = queries.compound(compound_id)

        def effect() -> str:
            withdraw(compound=compound, occupancy_id=occupancy_id, person=request.user, now=now)
            return reverse("residency_join")

        try:
            onward = once(request, compound_id=compound_id, person_id=request.user.pk, now=now, effect=effect)
        except NoSuchRow as error:
            raise Http404 from error
        except REFUSALS as error:
            return _entry(request, CodeForm(), refused=refusal_text(error), status=status_of(error))
    messages.success(request, _("已撤回。"))
    return redirect(onward)


# --- a poster: claiming a home ----------------------------------------------------------------------------------------
def _claim(request: PersonRequest, found: JoinCode) -> HttpResponse:
    poster, compound = _poster(found), found.place
    if poster is None or poster.replaced_at is not None:
        return _replaced(request, compound, poster) if poster is not None else _unknown(request)
    if request.method != "POST":
        return _claim_page(request, compound, poster, ClaimForm())
    now = timezone.now()
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return _claim_page(request, compound, poster, form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        made = claim(
            compound=compound,
            home_id=given["home"],
            person=request.user,
            relation=given["relation"],
            last_day=given["last_day"],
            note=given["note"],
            now=now,
        )
        return "/?joined=1" if made.state == Occupancy.State.CONFIRMED else reverse("residency_join")

    try:
        onward = once(request, compound_id=compound.pk, person_id=request.user.pk, now=now, effect=effect)
    except REFUSALS as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return _claim_page(request, compound, poster, form, status=status_of(error))
    if onward.startswith("/?"):
        return _let_in(request, compound, _("已与业主登记核对一致，当场确认。"))
    messages.success(request, _("申请已收到，物业或社区会核实。结果会发短信告诉您。"))
    return redirect(onward)


def _claim_page(
    request: PersonRequest, compound: Compound, poster: Poster, form: ClaimForm, status: int = 200
) -> HttpResponse:
    buildings = listings.layout(compound.pk)
    building, entrance = _where(request, poster, buildings)
    context: dict[str, Any] = {"compound": compound, "code": poster.code, "firm": _firm(compound)}
    if entrance is None or building is None:
        return render(
            request,
            "residency/where.html",
            {**context, "buildings": buildings, "building": building},
            status=status,
        )
    own = form["home"].value()
    return render(
        request,
        "residency/claim.html",
        {
            **context,
            "form": form,
            "building": building,
            "entrance": entrance,
            "rooms": listings.rooms(compound_id=compound.pk, entrance_id=entrance.pk),
            "chosen": str(own) if own else "",
            "relations": [
                {"value": value, "icon": RELATION_ICONS[value], "label": label}
                for value, label in Occupancy.Relation.choices
            ],
        },
        status=status,
    )


def _where(request: HttpRequest, poster: Poster, buildings: list[Building]) -> tuple[Building | None, Entrance | None]:
    """Building and entrance: as chosen, else as the poster says, else the only one; None where it is to be chosen."""
    asked = WhereForm(request.POST if request.method == "POST" else request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    entrance_id, building_id = chosen.get("entrance"), chosen.get("building")
    if not entrance_id and not building_id and "change" not in request.GET:
        entrance_id, building_id = poster.entrance_id, poster.building_id
    for building in buildings:
        entrances = list(building.entrances.all())
        if entrance_id:
            for entrance in entrances:
                if entrance.pk == entrance_id:
                    return building, entrance
        elif building.pk == building_id:
            return building, entrances[0] if len(entrances) == 1 else None
    return None, None


# --- an invitation ----------------------------------------------------------------------------------------------------
def _accept(request: PersonRequest, found: JoinCode) -> HttpResponse:
    now = timezone.now()
    invitation = queries.open_invitation(compound_id=found.place_id, invitation_id=found.row, now=now)
    if invitation is None:
        return _unknown(request)
    context = {"compound": found.place, "invitation": invitation}
    if request.method != "POST":
        return render(request, "residency/invitation.html", context)

    def effect() -> str:
        accept_invitation(compound=found.place, invitation_id=found.row, person=request.user, now=now)
        return "/?joined=1"

    try:
        once(request, compound_id=found.place_id, person_id=request.user.pk, now=now, effect=effect)
    except NoSuchRow:
        return _unknown(request)
    except REFUSALS as error:
        text = refusal_text(error)
        return render(request, "residency/invitation.html", {**context, "refused": text}, status=status_of(error))
    return _let_in(request, found.place, _("您已加入，可以报修和办事了。"))


# --- a parent's code --------------------------------------------------------------------------------------------------
def _bind(request: PersonRequest, found: JoinCode) -> HttpResponse:
    now = timezone.now()
    code = queries.open_parent_code(compound_id=found.place_id, code_id=found.row, now=now)
    if code is None:
        return _unknown(request)
    context = {"compound": found.place, "parent": code.parent}
    if request.method != "POST":
        return render(request, "residency/bind.html", context)

    def effect() -> str:
        bind(compound=found.place, code_id=found.row, child=request.user, now=now)
        return reverse("residency_parents")

    try:
        onward = once(request, compound_id=found.place_id, person_id=request.user.pk, now=now, effect=effect)
    except NoSuchRow:
        return _unknown(request)
    except REFUSALS as error:
        text = refusal_text(error)
        return render(request, "residency/bind.html", {**context, "refused": text}, status=status_of(error))
    messages.success(request, _("好了，您可以替老人办事了。"))
    return redirect(onward)


# --- shared -----------------------------------------------------------------------------------------------------------
def _let_in(request: PersonRequest, compound: Compound, words: str) -> HttpResponse:
    """Act as a resident there from now on."""
    choose_standing(request, "home", compound.pk)
    messages.success(request, words)
    return redirect("home")


def _poster(found: JoinCode) -> Poster | None:
    if found.kind != JoinCode.Kind.POSTER:
        return None
    return queries.poster(compound_id=found.place_id, poster_id=found.row)


def _firm(compound: Compound) -> Any:
    return serving_company(compound.pk, localdate())


def _replaced(request: HttpRequest, compound: Compound, poster: Poster) -> HttpResponse:
    return render(
        request,
        "residency/replaced.html",
        {"compound": compound, "poster": poster, "firm": _firm(compound)},
        status=410,
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    """One answer for a code that never was, was used, was cancelled or ran out: it tells nobody which."""
    limits.count_wrong(request)
    form = CodeForm(data={"code": request.GET.get("code", "")[:40]})
    form.is_valid()
    form.add_error("code", _("没有查到这个短码。可能输错了、已经用过或过期了，请核对或要一个新的。"))
    return _entry(request, form, status=404)


def _often(request: HttpRequest, typed: str) -> HttpResponse:
    """Too many wrong ones. Whoever shares the address with a machine goes on under their own name."""
    code = normalised(typed)
    onward = reverse("residency_claim", args=[code]) if code and not request.user.is_authenticated else ""
    return render(request, "residency/often.html", {"onward": onward}, status=429)


def _entry(request: HttpRequest, form: CodeForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    # The person's own links lie in several compounds; from inside the scope of one the page goes without them.
    person_id = request.user.pk if request.user.is_authenticated and not has_scope() else None
    links = listings.own_links(person_id, localdate(now)) if person_id is not None else []
    return render(
        request,
        "residency/join.html",
        {
            "form": form,
            "refused": refused,
            "links": [
                {
                    "row": one.link,
                    "live": one.live,
                    "phone": one.phone,
                    "tone": STATE_TONES[one.link.state],
                    "steps": steps(one.link, to_person=True),
                }
                for one in links
            ],
            "bonds": listings.bonds_of_child(person_id) if person_id is not None else [],
        },
        status=status,
    )
