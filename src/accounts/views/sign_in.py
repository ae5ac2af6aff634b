"""Sign in by number and code. Sign-up is the same: an unknown number becomes a person when it shows its code."""

from allauth.account.adapter import get_adapter
from allauth.socialaccount.adapter import get_adapter as get_outside_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, demonstration, entry, queries, sessions, zhezhengding
from accounts.adapters import OUTSIDE_SESSION_KEY
from accounts.forms import CodeForm, NameForm, PhoneForm
from accounts.logs import security
from accounts.words import refusal
from tenancy.access import public, signed_in

AGREED_COOKIE = "privacy"
YEAR = 60 * 60 * 24 * 365


@public
@never_cache
@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for the number, and send a code to it."""
    onward = entry.safe_next(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(onward)
    agreed = request.COOKIES.get(AGREED_COOKIE) == settings.PRIVACY_VERSION
    form = PhoneForm(request.POST if request.method == "POST" else None, agreed=agreed)
    if request.method == "POST" and form.is_valid():
        try:
            request.session[entry.CODE_SESSION_KEY] = actions.request_code(
                phone=form.cleaned_data["phone"],
                purpose="enter",
                address=get_adapter().get_client_ip(request),
                now=timezone.now(),
            )
        except actions.CodeRefusedError as refused:
            form.add_error("phone", refusal(refused))
        else:
            response = redirect(entry.with_next(reverse("accounts_code"), onward))
            response.set_cookie(
                AGREED_COOKIE,
                settings.PRIVACY_VERSION,
                max_age=YEAR,
                httponly=True,
                samesite="Lax",
                secure=settings.SERVED,
            )
            return response
    return render(
        request,
        "account/login.html",
        {
            "form": form,
            "agreed": agreed,
            "onward": onward if onward != settings.LOGIN_REDIRECT_URL else "",
            "outside": _outside(request),
            "from_outside": OUTSIDE_SESSION_KEY in request.session,
            "demonstration": demonstration.by_party(),
        },
        status=422 if form.errors else 200,
    )


def _outside(request: HttpRequest) -> list[dict[str, str]]:
    """The accounts elsewhere that are configured: what the button says, where it posts."""
    found = [
        {"label": queries.provider_label(provider.sub_id), "sign_in_url": provider.get_login_url(request)}
        for provider in get_outside_adapter().list_providers(request)
    ]
    if settings.ZHEZHENGDING is not None:
        label = queries.provider_label(zhezhengding.PROVIDER)
        found.insert(0, {"label": label, "sign_in_url": reverse("zhezhengding_login")})
    return found


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code, and sign in."""
    onward = entry.safe_next(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(onward)
    token = request.session.get(entry.CODE_SESSION_KEY, "")
    waiting = queries.waiting_code(token=token, purpose="enter", now=timezone.now())
    if waiting is None:
        return redirect(entry.with_next(reverse("account_login"), onward))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            verified = actions.answer_code(
                token=token,
                code=form.cleaned_data["code"],
                purpose="enter",
                address=get_adapter().get_client_ip(request),
                now=now,
            )
        except actions.CodeRefusedError as refused:
            form.add_error("code", refusal(refused))
        else:
            person = actions.ensure_person(phone=verified.phone, verified=True, now=now)
            actions.consent(person=person, version=settings.PRIVACY_VERSION, now=now)
            return entry.enter(request, person, onward=onward)
    return render(
        request,
        "account/code.html",
        {
            "form": form,
            "masked": waiting.masked_phone,
            "next_query": entry.with_next("", onward),
            # Only a demonstration shows the code: there is no message to read there.
            "shown": waiting.code if demonstration.is_on() else "",
        },
        status=422 if form.errors else 200,
    )


@public
@require_POST
def code_again(request: HttpRequest) -> HttpResponse:
    """Send the code once more, within the same limits."""
    onward = entry.safe_next(request, request.GET.get("next", ""))
    token = request.session.get(entry.CODE_SESSION_KEY, "")
    now = timezone.now()
    waiting = queries.waiting_code(token=token, purpose="enter", now=now)
    if waiting is None:
        return redirect(entry.with_next(reverse("account_login"), onward))
    try:
        request.session[entry.CODE_SESSION_KEY] = actions.request_code(
            phone=waiting.phone,
            purpose="enter",
            address=get_adapter().get_client_ip(request),
            now=now,
            again=token,
        )
        messages.success(request, _("验证码已再次发送。"))
    except actions.CodeRefusedError as refused:
        messages.error(request, refusal(refused))
    return redirect(entry.with_next(reverse("accounts_code"), onward))


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def name(request: entry.PersonRequest) -> HttpResponse:
    """Ask for the name, once after the first sign-in; later a person changes it here."""
    onward = entry.safe_next(request, request.GET.get("next", ""))
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename(person=request.user, name=form.cleaned_data["name"])
        except actions.NameRefusedError:
            form.add_error("name", _("请输入姓名。"))
        else:
            return redirect(onward)
    return render(
        request,
        "accounts/name.html",
        {"form": form, "first": not request.user.name},
        status=422 if form.errors else 200,
    )


@public
@never_cache
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask once, then end this session; its sockets close too."""
    if request.method == "POST":
        if request.user.is_authenticated:
            sessions.announce([request.session.session_key or ""])
            security.info("signed out", extra={"person": request.user.pk})
        logout(request)
        return redirect(settings.LOGOUT_REDIRECT_URL)
    if not request.user.is_authenticated:
        return redirect("account_login")
    return render(request, "account/logout.html")


@public
@require_GET
def inactive(request: HttpRequest) -> HttpResponse:
    """The account is closed or switched off."""
    return render(request, "account/inactive.html", status=403)


@public
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice of the present version, and when the person agreed to it."""
    given = queries.consents(person=request.user) if request.user.is_authenticated else []
    return render(request, "accounts/privacy.html", {"version": settings.PRIVACY_VERSION, "consents": given})


@public
@require_POST
def enter_as(request: HttpRequest) -> HttpResponse:
    """One tap signs in as an invented person: in a demonstration only, and never in the served form."""
    if not demonstration.is_on():
        raise Http404
    chosen = demonstration.find(request.POST.get("person", ""))
    if chosen is None:
        raise Http404
    person = actions.ensure_person(phone=chosen.phone, name=chosen.label, verified=True, now=timezone.now())
    onward = entry.safe_next(request, request.POST.get("next", ""))
    return entry.enter(request, person, onward=onward, method="demonstration")
