"""The step-up by a code to the present number, and the change of number."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actions, demonstration, entry, queries
from accounts.forms import CodeForm, NewPhoneForm
from accounts.step_up import fresh_code
from accounts.words import refusal
from tenancy.access import signed_in

STEP_TOKEN = "step_up_token"  # noqa: S105  a session key's name
NEW_TOKEN = "new_phone_token"  # noqa: S105


@signed_in
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def step_up(request: entry.PersonRequest) -> HttpResponse:
    """Send a code to the number that the person has (first POST), take its answer (second), go on."""
    onward = entry.safe_next(request, request.GET.get("next", reverse("accounts_me")))
    now, address = timezone.now(), get_adapter().get_client_ip(request)
    token = request.session.get(STEP_TOKEN, "")
    form = CodeForm()
    if request.method == "POST" and "send" in request.POST:
        try:
            token = request.session[STEP_TOKEN] = actions.request_code(
                phone=request.user.phone,
                purpose="step_up",
                address=address,
                now=now,
                person=request.user,
                again=token,
            )
        except actions.CodeRefusedError as refused:
            messages.error(request, refusal(refused))
        return redirect(entry.with_next(reverse("accounts_step_up"), onward))
    if request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                actions.answer_code(
                    token=token,
                    code=form.cleaned_data["code"],
                    purpose="step_up",
                    address=address,
                    now=now,
                    person=request.user,
                )
            except actions.CodeRefusedError as refused:
                form.add_error("code", refusal(refused))
            else:
                request.session.pop(STEP_TOKEN, None)
                entry.record_step_up(request, request.user)
                return redirect(onward)
    waiting = queries.waiting_code(token=token, purpose="step_up", now=now, person=request.user)
    return render(
        request,
        "accounts/step_up.html",
        {
            "form": form,
            "masked": request.user.masked_phone,
            "waiting": waiting is not None,
            "shown": waiting.code if waiting is not None and demonstration.is_on() else "",
        },
        status=422 if form.errors else 200,
    )


@signed_in
@never_cache
@fresh_code
@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
def change_phone(request: entry.PersonRequest) -> HttpResponse:
    """Ask for the new number, and send a code to it. Who has a second factor shows that too."""
    raise_if_reauthentication_required(request, app="allauth.mfa")
    form = NewPhoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        if phone == request.user.phone:
            form.add_error("phone", _("新手机号和现在的一样。"))
        else:
            try:
                request.session[NEW_TOKEN] = actions.request_code(
                    phone=phone,
                    purpose="new_phone",
                    address=get_adapter().get_client_ip(request),
                    now=timezone.now(),
                    person=request.user,
                )
            except actions.CodeRefusedError as refused:
                form.add_error("phone", refusal(refused))
            else:
                return redirect("accounts_new_phone")
    return render(
        request,
        "account/phone_change.html",
        {"form": form, "masked": request.user.masked_phone},
        status=422 if form.errors else 200,
    )


@signed_in
@never_cache
@fresh_code
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def new_phone(request: entry.PersonRequest) -> HttpResponse:
    """Take the code that was sent to the new number, and change to it."""
    token = request.session.get(NEW_TOKEN, "")
    now = timezone.now()
    waiting = queries.waiting_code(token=token, purpose="new_phone", now=now, person=request.user)
    if waiting is None:
        return redirect("account_change_phone")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verified = actions.answer_code(
                token=token,
                code=form.cleaned_data["code"],
                purpose="new_phone",
                address=get_adapter().get_client_ip(request),
                now=now,
                person=request.user,
            )
            actions.change_phone(person=request.user, phone=verified.phone)
        except actions.CodeRefusedError as refused:
            form.add_error("code", refusal(refused))
        except actions.PhoneTakenError:
            form.add_error(None, _("这个手机号已有账号，请先用它登录并注销，或换一个号码。"))
        else:
            request.session.pop(NEW_TOKEN, None)
            request.session.pop(entry.STEP_UP_SESSION_KEY, None)
            actions.end_sessions(person=request.user, keep=request.session.session_key or "")
            messages.success(request, _("手机号已更换，其他设备上的登录已退出。"))
            return redirect("accounts_me")
    return render(
        request,
        "account/phone_new.html",
        {"form": form, "masked": waiting.masked_phone, "shown": waiting.code if demonstration.is_on() else ""},
        status=422 if form.errors else 200,
    )
