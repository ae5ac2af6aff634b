"""Out to 浙政钉 and back. The other providers go through allauth's own views."""

import logging
from secrets import token_urlsafe

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import entry, queries, zhezhengding
from accounts.adapters import OUTSIDE_SESSION_KEY
from tenancy.access import public

log = logging.getLogger(__name__)
STATE = "zhezhengding_state"


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to the page with the code to scan."""
    if settings.ZHEZHENGDING is None:
        raise Http404
    state = token_urlsafe(24)
    request.session[STATE] = [state, entry.safe_next(request, request.POST.get("next", ""))]
    back = request.build_absolute_uri(reverse("zhezhengding_back"))
    return HttpResponseRedirect(zhezhengding.sign_in_url(settings.ZHEZHENGDING, back=back, state=state))


@public
@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Take the one-time code: who is linked to a verified number enters, others show their number first."""
    if settings.ZHEZHENGDING is None:
        raise Http404
    state, onward = request.session.pop(STATE, ["", ""])
    code = request.GET.get("code", "")
    if not state or not code or not constant_time_compare(state, request.GET.get("state", "")):
        return redirect("socialaccount_login_error")
    try:
        uid = zhezhengding.who(settings.ZHEZHENGDING, code)
    except zhezhengding.RefusedError as refused:
        log.warning("zhezhengding refused", extra={"reason": refused.code})
        return redirect("socialaccount_login_error")
    person = queries.person_of(provider=zhezhengding.PROVIDER, uid=uid)
    if person is not None:
        return entry.enter(request, person, onward=onward, method="socialaccount")
    request.session[OUTSIDE_SESSION_KEY] = [zhezhengding.PROVIDER, uid]
    return redirect(entry.with_next(reverse("account_login"), onward))
