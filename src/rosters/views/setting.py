"""岗位和人员: what a roster is made from."""

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
from django.views.decorators.http import require_http_methods, require_POST

from parties.queries import holders
from rosters.actions import setting
from rosters.forms import MemberForm, StationForm, TermsForm
from rosters.models import Member, Station
from rosters.queries import months
from rosters.queries.cases import members, stations, terms
from rosters.rules.reading import ROUND_THE_CLOCK
from rosters.views.posting import Said, keepers, post, sections, taken
from tenancy.access import ActingRequest
from tenancy.models import Compound

PER_PAGE = 60
MORE = 10


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def posts(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The posts that are staffed, and the firm's own numbers; a POST adds a post."""
    now = timezone.now()
    posted = request.method == "POST"
    usual = {"kind": "control_room", "shifts": "\n".join(ROUND_THE_CLOCK), "persons": 2, "linked": True}
    form = StationForm(request.POST, request.FILES) if posted else StationForm(initial=usual)

    def effect() -> str:
        setting.set_station(compound_id=compound.pk, draft=form.draft(), by=request.actor, now=now)
        messages.success(request, _("岗位已添加。"))
        return reverse("rosters_posts", args=[compound.code])

    def again(status: int) -> HttpResponse:
        return _posts(request, compound, form, TermsForm(initial=terms(compound.pk)), status)

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_POST
@keepers
def numbers(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Set the firm's own numbers."""
    now = timezone.now()
    form = TermsForm(request.POST)

    def effect() -> str:
        setting.set_terms(compound_id=compound.pk, by=request.actor, now=now, **form.cleaned_data)
        messages.success(request, _("已保存，以后排班按这个来。"))
        return reverse("rosters_posts", args=[compound.code])

    def again(status: int) -> HttpResponse:
        usual = {"kind": "control_room", "shifts": "\n".join(ROUND_THE_CLOCK), "persons": 2, "linked": True}
        return _posts(request, compound, StationForm(initial=usual), form, status)

    return taken(request, compound, form, now=now, effect=effect, again=again)


def _posts(
    request: ActingRequest, compound: Compound, form: StationForm, own: TermsForm, status: int
) -> HttpResponse:  # fmt: skip
    return render(
        request,
        "rosters/posts.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rosters_posts"),
            "rows": stations(compound.pk),
            "form": form,
            "terms": own,
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def one_post(request: ActingRequest, compound: Compound, station_id: int) -> HttpResponse:
    """One post, to be changed."""
    found = next((one for one in stations(compound.pk) if one.pk == station_id), None)
    if found is None:
        raise Http404
    now = timezone.now()
    posted = request.method == "POST"
    form = StationForm(request.POST, request.FILES) if posted else StationForm(initial=_initial(found))

    def effect() -> str:
        setting.set_station(
            compound_id=compound.pk, draft=form.draft(), station_id=station_id, by=request.actor, now=now
        )
        messages.success(request, _("已保存，以后排班按这个来。"))
        return reverse("rosters_posts", args=[compound.code])

    def again(status: int) -> HttpResponse:
        return render(
            request, "rosters/post.html", {"compound": compound, "station": found, "form": form}, status=status
        )

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


def _initial(found: Station) -> dict[str, Any]:
    return {
        "kind": found.kind, "name": found.name, "shifts": "\n".join(found.shifts), "persons": found.persons,
        "linked": found.linked, "place": found.place, "proof": found.proof,
    }  # fmt: skip


@require_POST
@keepers
def end_post(request: ActingRequest, compound: Compound, station_id: int) -> HttpResponse:
    """A post is no longer staffed."""
    now = timezone.now()

    def effect() -> str:
        setting.end_station(compound_id=compound.pk, station_id=station_id, by=request.actor, now=now)
        messages.success(request, _("这个岗位不再排班。"))
        return reverse("rosters_posts", args=[compound.code])

    return _plain(request, compound, effect, "rosters_posts")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def people(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Who is put on rosters, with certificates; a POST adds somebody."""
    now = timezone.now()
    there = members(compound.pk)
    known = {one.person_id for one in there}
    free = [
        (one.post_id, f"{one.name}（{one.role_label}）")
        for one in holders(compound.pk, localdate(now))
        if one.party == "company" and one.person_id not in known
    ]
    posted = request.method == "POST"
    choices = [(one.pk, one.name) for one in stations(compound.pk)]
    form = MemberForm(
        request.POST if posted else None, request.FILES if posted else None, people=free, stations=choices
    )

    def again(status: int) -> HttpResponse:
        page = Paginator(there, PER_PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "rosters/people.html",
            {
                "compound": compound,
                "sections": sections(request, compound, "rosters_people"),
                "rows": [
                    {
                        "member": one,
                        "href": reverse("rosters_person", args=[compound.code, one.pk]),
                        "detail": _detail(one, dict(choices)),
                        "ended": one.valid_until is not None and one.valid_until < localdate(now),
                    }
                    for one in page.object_list
                ],
                "page": page,
                "form": form,
                "nobody_left": not free,
            },
            status=status,
        )

    def effect() -> str:
        setting.add_member(
            compound_id=compound.pk, post_id=form.cleaned_data["post"], draft=form.draft(), by=request.actor, now=now
        )
        messages.success(request, _("已添加。"))
        return reverse("rosters_people", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


def _detail(one: Member, names: dict[int, str]) -> str:
    grade = _("%(grade)s级证书") % {"grade": one.grade} if one.grade else _("没有登记证书")
    where = "、".join(names[key] for key in one.stations if key in names) or _("都可以上")
    return f"{grade} · {where}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def person(request: ActingRequest, compound: Compound, roster_member: int) -> HttpResponse:
    """Somebody on rosters, to be changed."""
    found = months.member(compound.pk, roster_member)
    if found is None or found.left_at is not None:
        raise Http404
    now = timezone.now()
    posted = request.method == "POST"
    initial = {
        "grade": found.grade or "", "certificate": found.certificate, "valid_until": found.valid_until,
        "stations": found.stations,
    }  # fmt: skip
    choices = [(one.pk, one.name) for one in stations(compound.pk)]
    form = MemberForm(
        request.POST if posted else None, request.FILES if posted else None, people=None, stations=choices,
        initial=initial,
    )  # fmt: skip

    def again(status: int) -> HttpResponse:
        return render(
            request, "rosters/person.html", {"compound": compound, "member": found, "form": form}, status=status
        )

    def effect() -> str:
        setting.set_member(
            compound_id=compound.pk, member_id=roster_member, draft=form.draft(), by=request.actor, now=now
        )
        messages.success(request, _("已保存。"))
        return reverse("rosters_people", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_POST
@keepers
def remove(request: ActingRequest, compound: Compound, roster_member: int) -> HttpResponse:
    """Somebody is no longer put on rosters."""
    now = timezone.now()

    def effect() -> str:
        setting.remove_member(compound_id=compound.pk, member_id=roster_member, by=request.actor, now=now)
        messages.success(request, _("以后不再排这个人。已公布的班要在排班表里改。"))
        return reverse("rosters_people", args=[compound.code])

    return _plain(request, compound, effect, "rosters_people")


def _plain(request: ActingRequest, compound: Compound, effect: Any, back: str) -> HttpResponse:
    """A button: done, or the page it stands on with what was refused."""
    try:
        return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=effect))
    except Said as said:
        messages.error(request, said.text)
        return redirect(reverse(back, args=[compound.code]))
