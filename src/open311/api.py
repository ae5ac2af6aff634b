"""The endpoints of GeoReport v2 under /open311/v2/. Whoever calls is a key, never a browser: no cookie means anything here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, URLResolver, path, register_converter
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt

from documents.actions import FileRefused
from documents.delivery import deliver
from documents.queries import file_for
from idempotency.forms import fingerprint
from open311 import actions, catalogue, limits, queries, rules, shapes
from open311.description import DESCRIPTION
from open311.models import Key
from open311.words import problem_text, unfit_text
from repairs.models import Category, Place
from repairs.refusals import BadInput, Refused
from repairs.words import refusal_text
from tenancy.access import declare, public
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.queries import compound_by_code, compounds
from tenancy.scope import scope

HEADER = "X-Api-Key"
# The last time that services or their definitions changed.
CHANGESET = "2026-11-21 12:00"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# Not of the specification: photos themselves, in a multipart form.
PHOTOS = "media"

View = Callable[..., HttpResponse]


class Problem(Exception):
    """A call that is refused: the HTTP status and what the errors say."""

    def __init__(self, status: int, *said: str) -> None:
        super().__init__(status)
        self.status = status
        self.said = said or (problem_text(status),)


class Form:
    """The end of an address: .json or .xml."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Form, "open311_form")


def _given(request: HttpRequest, name: str) -> str:
    """An argument, wherever it stands; one that is empty is the same as none. Several of a name are one list."""
    values = [*request.GET.getlist(name), *request.POST.getlist(name)]
    text = ",".join(dict.fromkeys(value.strip() for value in values if value.strip()))
    if "\x00" in text:
        raise rules.Unfit(name, "unreadable")
    return text


def _said(request: HttpRequest, name: str) -> str:
    """One argument of a posted form, the last of its name."""
    text = (request.POST.get(name) or "").strip()
    if "\x00" in text:
        raise rules.Unfit(name, "unreadable")
    return text


def endpoint(*methods: str) -> Callable[[View], View]:
    """Answer in the form of the address, every refusal too: a list of errors, each with code and description."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, form: str = "json", **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return _errors(form, 405, problem_text(405))
            try:
                return view(request, form, *args, **kwargs)
            except Problem as problem:
                return _errors(form, problem.status, *problem.said)
            except rules.Unfit as unfit:
                return _errors(form, 400, unfit_text(unfit))
            except (BadRequest, SuspiciousOperation, MultiPartParserError):
                return _errors(form, 400, unfit_text(rules.Unfit("", "unparsed")))

        return wrapped

    return decorate


def _errors(form: str, status: int, *said: str) -> HttpResponse:
    answer = shapes.answer(form, "errors", [{"code": status, "description": one} for one in said], status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = "60"
    return answer


def _secret(request: HttpRequest) -> str:
    found = request.headers.get(HEADER) or request.POST.get("api_key") or request.GET.get("api_key") or ""
    return found.strip()


@dataclass(frozen=True, slots=True)
class Entered:
    """Which key called, as whom it acts today, and in which compound."""

    key: Key
    actor: Actor
    compound: Compound


@contextmanager
def _entered(request: HttpRequest) -> Iterator[Entered]:
    """The transaction of one call in the scope of its compound alone."""
    if limits.tried_too_often(request):
        raise Problem(429)
    try:
        with actions.let_in(_secret(request), on=localdate()) as (key, actor):
            if limits.too_many_calls(key.pk, filing=request.method == "POST"):
                raise Problem(429)
            compound = _compound(request, actor)
            with scope(compound.pk, join=True):
                yield Entered(key, actor, compound)
    except actions.NoEntry:
        limits.tried_wrongly(request)
        raise Problem(403) from None


def keyed(view: View) -> View:
    """Let a key in: the view runs as ``view(request, form, entered, ...)`` in a scope of that compound alone.

    A key that is none, a compound that the post does not cover and one that there is not: each pair answers alike.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, form: str, *args: Any, **kwargs: Any) -> HttpResponse:
        with _entered(request) as entered:
            return view(request, form, entered, *args, **kwargs)

    return declare(wrapped, "key:open311")


def _compound(request: HttpRequest, actor: Actor) -> Compound:
    """The compound of jurisdiction_id; without one, the only compound that the post covers."""
    code = _given(request, "jurisdiction_id")
    if not code:
        if len(actor.compound_ids) != 1:
            raise rules.Unfit("jurisdiction_id", "missing")
        return compounds(actor.compound_ids)[0]
    found = compound_by_code(code, within=actor.compound_ids)
    if found is None:
        raise Problem(404)
    return found


# --- what anybody may read ----------------------------------------------------------------------------------------


@public
@endpoint("GET", "HEAD")
def discovery(_request: HttpRequest, form: str) -> HttpResponse:
    """What is served here, and how to come by a key."""
    url = f"{settings.PUBLIC_URL}/open311/v2"
    return shapes.answer(
        form,
        "discovery",
        {
            "changeset": CHANGESET,
            "contact": f"{settings.PUBLIC_URL}/",
            "key_service": f"{settings.PUBLIC_URL}/（登录后：热线接口）",
            "endpoints": [
                {
                    "specification": SPECIFICATION,
                    "url": url,
                    "changeset": CHANGESET,
                    "type": "test" if settings.DEMONSTRATION else "production",
                    "formats": ["text/xml", "application/json"],
                }
            ],
        },
    )


@public
@endpoint("GET", "HEAD")
def services(_request: HttpRequest, form: str) -> HttpResponse:
    """The services: the same in every compound, so jurisdiction_id changes nothing and tells nothing."""
    return shapes.answer(form, "services", catalogue.services())


@public
@endpoint("GET", "HEAD")
def service(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """What may be said of one service; with a key, the buildings of the compound to choose from."""
    if code not in Category.values:
        raise Problem(404)
    names = None
    if _secret(request):
        with _entered(request) as entered:
            names = queries.buildings(entered.compound.pk)
    return shapes.answer(form, "service_definition", catalogue.definition(code, names))


@public
@endpoint("GET", "HEAD")
def description(_request: HttpRequest, _form: str) -> HttpResponse:
    """These endpoints in OpenAPI 3."""
    return shapes.answer("json", "", DESCRIPTION)


# --- requests -----------------------------------------------------------------------------------------------------


@endpoint("GET", "HEAD", "POST")
@keyed
def requests(request: HttpRequest, form: str, entered: Entered) -> HttpResponse:
    """GET: the requests of the compound that the post may see. POST: file what a caller told."""
    if request.method == "POST":
        return _file(request, form, entered)
    now = timezone.now()
    found = queries.requests(entered.actor, compound_id=entered.compound.pk, asked=_asked(request, now))
    return shapes.answer(form, "service_requests", [shapes.shown(one, entered.compound, now) for one in found])


def _asked(request: HttpRequest, now: datetime) -> queries.Asked:
    since, until = rules.window(_given(request, "start_date"), _given(request, "end_date"), now)
    numbers = rules.listed(_given(request, "service_request_id"))
    categories = rules.listed(_given(request, "service_code"))
    statuses = rules.listed(_given(request, "status"))
    if len(numbers) > rules.MOST_IDS:
        raise rules.Unfit("service_request_id", "many")
    if not set(categories) <= set(Category.values):
        raise Problem(404)
    if not set(statuses) <= {"open", "closed"}:
        raise rules.Unfit("status", "choice")
    return queries.Asked(
        since=since,
        until=until,
        numbers=numbers,
        categories=categories,
        statuses=statuses,
        page=rules.whole("page", _given(request, "page"), default=1, most=rules.LAST_PAGE),
        size=rules.whole("page_size", _given(request, "page_size"), default=rules.MOST_ROWS, most=rules.MOST_ROWS),
    )


@endpoint("GET", "HEAD")
@keyed
def one_request(_request: HttpRequest, form: str, entered: Entered, number: str) -> HttpResponse:
    """One request, in a list as the specification has it."""
    found = queries.request(entered.actor, compound_id=entered.compound.pk, number=_plain(number))
    if found is None:
        raise Problem(404)
    return shapes.answer(form, "service_requests", [shapes.shown(found, entered.compound, timezone.now())])


@endpoint("GET", "HEAD")
@keyed
def token(_request: HttpRequest, form: str, entered: Entered, token: str) -> HttpResponse:
    """The number of a request whose answer was lost, or that a webhook told of by its reference."""
    number = queries.number_of(
        entered.actor, compound_id=entered.compound.pk, key_id=entered.key.pk, token=_plain(token)
    )
    if number is None:
        raise Problem(404)
    return shapes.answer(form, "service_requests", [{"service_request_id": number, "token": token}])


@endpoint("GET", "HEAD")
@keyed
def media(request: HttpRequest, _form: str, entered: Entered, ref: str) -> HttpResponse:
    """A photo, for whom the post may see it; the same check as on the pages."""
    found = file_for(entered.actor, entered.compound.pk, _plain(ref))
    if found is None:
        raise Problem(404)
    return deliver(request, found, thumb=False)


def _plain(text: str) -> str:
    """What stands in an address, if it can stand in the database; Problem otherwise, as for what is not there."""
    if "\x00" in text:
        raise Problem(404)
    return text


def _file(request: HttpRequest, form: str, entered: Entered) -> HttpResponse:
    now = timezone.now()
    photos = request.FILES.getlist(PHOTOS)
    sent = request.headers.get("Idempotency-Key", "").strip()
    if sent and not rules.TOKEN.fullmatch(sent):
        raise rules.Unfit("Idempotency-Key", "token")
    try:
        made = actions.file(
            compound=entered.compound,
            key=entered.key,
            token=sent,
            digest=fingerprint(request),
            call=_call(request),
            photos=photos,
            by=entered.actor,
            now=now,
        )
    except actions.Refiled:
        raise rules.Unfit("Idempotency-Key", "refiled") from None
    except Refused as refused:
        status = 400 if isinstance(refused, BadInput) else 403
        raise Problem(status, str(refusal_text(refused))) from None
    except FileRefused as refused:
        raise Problem(400, str(refusal_text(refused))) from None
    notice = shapes.shown(made, entered.compound, now)["service_notice"]
    said = {"service_request_id": made.number, "service_notice": notice, "account_id": None}
    return shapes.answer(form, "service_requests", [said])


def _call(request: HttpRequest) -> actions.Call:
    """What was told, with every argument checked that is the specification's."""
    code = _said(request, "service_code")
    if not code:
        raise rules.Unfit("service_code", "missing")
    if code not in Category.values:
        raise Problem(404)
    lat = rules.coordinate("lat", _said(request, "lat"), 90)
    long = rules.coordinate("long", _said(request, "long"), 180)
    if bool(lat) != bool(long):
        raise rules.Unfit("long" if lat else "lat", "pair")
    place, urgent = _said(request, "attribute[place]"), _said(request, "attribute[urgent]").lower()
    if place and place not in Place.values:
        raise rules.Unfit("attribute[place]", "choice")
    if urgent not in {"", "true", "false"}:
        raise rules.Unfit("attribute[urgent]", "choice")
    address, spot = _said(request, "address_string"), _said(request, "address_id")
    home, building = _said(request, "attribute[home]"), _said(request, "attribute[building]")
    if not (address or spot or lat or home or building):
        raise rules.Unfit("address_string", "place")
    return actions.Call(
        category=code,
        words=_said(request, "description"),
        place=place,
        # Without words for the place, the coordinates are them: nothing that was told is lost.
        place_text=address or (f"{lat},{long}" if lat and not (spot or home or building) else ""),
        building=building,
        home=home,
        spot=spot,
        urgent=urgent == "true",
        name=rules.caller_name(_said(request, "first_name"), _said(request, "last_name")),
        phone=_said(request, "phone"),
    )


FORM = ".<open311_form:form>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", description, name="open311_description"),
    path(f"discovery{FORM}", discovery, name="open311_discovery"),
    path(f"services{FORM}", services, name="open311_services"),
    path(f"services/<str:code>{FORM}", service, name="open311_service"),
    path(f"requests{FORM}", requests, name="open311_requests"),
    path(f"requests/<str:number>{FORM}", one_request, name="open311_request"),
    path(f"tokens/<str:token>{FORM}", token, name="open311_token"),
    path("media/<str:ref>.jpg", media, {"form": "json"}, name="open311_media"),
]
