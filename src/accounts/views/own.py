"""我的: the person's own account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, device, entry, mfa, own_data, queries
from accounts.forms import LeaveForm, PreferencesForm, SessionForm
from accounts.step_up import fresh_code
from tenancy.access import signed_in
from ui.context import Shell
from ui.numbers import whole


@signed_in
@never_cache
@require_GET
def me(request: entry.PersonRequest) -> HttpResponse:
    """The account at a glance."""
    return render(
        request,
        "accounts/me.html",
        {
            "preferences": PreferencesForm(
                initial={"large_type": Shell(request).large, "language": translation.get_language()}
            ),
            "second_factor": not mfa.is_absent(request.user),
            "outside": queries.outside_accounts(person=request.user),
            "consents": queries.consents(person=request.user),
        },
    )


@signed_in
@require_POST
def preferences(request: entry.PersonRequest) -> HttpResponse:
    """Keep type size and language, for the person and for this device."""
    form = PreferencesForm(request.POST)
    response = redirect("accounts_me")
    if form.is_valid():
        large, language = form.cleaned_data["large_type"], form.cleaned_data["language"]
        actions.prefer(person=request.user, large_type=large, language=language)
        device.remember(response, request.user)
        with translation.override(language):
            messages.success(request, _("已保存。"))
    return response


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def session_list(request: entry.PersonRequest) -> HttpResponse:
    """Where the person is signed in; end one, or all the others, at once."""
    current = request.session.session_key or ""
    if request.method == "POST":
        form = SessionForm(request.POST)
        if form.is_valid():
            chosen = form.cleaned_data["session"]
            ended = actions.end_sessions(
                person=request.user, session_ids=None if chosen is None else [chosen], keep=current
            )
            messages.success(request, _("已退出 %(count)d 处登录。") % {"count": ended})
        return redirect("usersessions_list")
    return render(
        request,
        "usersessions/usersession_list.html",
        {"sessions": queries.open_sessions(person=request.user, current=current)},
    )


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def outside_accounts(request: entry.PersonRequest) -> HttpResponse:
    """Accounts elsewhere that may enter as this person; unlink one."""
    if request.method == "POST":
        account = whole(request.POST.get("account"))
        if account is not None:
            actions.unlink_outside_account(person=request.user, account_id=account)
        return redirect("socialaccount_connections")
    return render(
        request, "socialaccount/connections.html", {"accounts": queries.outside_accounts(person=request.user)}
    )


@signed_in
@never_cache
@fresh_code
@require_GET
def export(request: entry.PersonRequest) -> HttpResponse:
    """Hand the person everything that is held of them, as a file."""
    response = JsonResponse(
        {"made_at": timezone.now().isoformat(), "data": own_data.export(request.user)},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@signed_in
@never_cache
@fresh_code
@require_http_methods(["GET", "POST"])
def leave(request: entry.PersonRequest) -> HttpResponse:
    """Close the account, after saying plainly what goes and what stays."""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_account(person=request.user, now=timezone.now())
        except own_data.KeptError as kept:
            form.add_error(None, kept.reason)
        else:
            logout(request)
            return render(request, "accounts/left.html")
    return render(request, "accounts/leave.html", {"form": form}, status=422 if form.errors else 200)
