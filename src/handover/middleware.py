"""Nothing that a dismissed firm's worker wrote is lost: what a request's page refuses after the end is kept aside, and said so.

It stands outside the middleware that opens the scope of who acts: after the end of a contract they have none here. It does
nothing but for a refused POST on a repair request.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from handover import late_forms
from handover.actions.late import keep
from handover.models import LateRecord
from handover.queries import post_of
from handover.words import late_text
from tenancy.middleware import SESSION_KEY
from tenancy.models import Compound
from tenancy.scope import scope

# The addresses where work on a request is written down, by page and by REST.
WATCHED = frozenset({"repairs_action", "api_repairs_action"})
_REFUSED = frozenset({302, 401, 403, 404, 409})


class LateRecordMiddleware:
    """Keep a refused step of a firm whose contract has ended as a late record, and answer 409 in plain words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; then look whether what was refused has to be kept."""
        answer = self.get_response(request)
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name not in WATCHED:
            return answer
        if answer.status_code not in _REFUSED or not request.user.is_authenticated:
            return answer
        if answer.status_code == HTTPStatus.FOUND and not _sent_away(answer):
            return answer  # the step was taken
        kept = _keep(request, **match.kwargs, api=match.view_name.startswith("api_"))
        return answer if kept is None else kept


def _sent_away(answer: HttpResponse) -> bool:
    """Whether somebody without a standing was sent to choose one, or to sign in."""
    return answer.headers.get("Location", "").startswith((settings.STANDING_URL, settings.LOGIN_URL))


def _keep(request: HttpRequest, *, code: str, ref: str, action: str, api: bool) -> HttpResponse | None:
    chosen = request.session.get(SESSION_KEY) or late_forms.standing(request)
    if not chosen or chosen[0] != "post" or request.user.pk is None:
        return None
    post = post_of(request.user.pk, int(chosen[1]))
    compound = Compound.objects.filter(code=code).first() if post is not None else None
    sent = late_forms.read(request, action) if compound is not None else None
    if post is None or compound is None or sent is None:
        return None
    with scope(compound.pk):
        kept = keep(compound=compound, ref=ref, post=post, sent=sent, now=timezone.now())
        return None if kept is None else _say(request, kept, late_text(kept), api=api)


def _say(request: HttpRequest, kept: LateRecord, text: str, *, api: bool) -> HttpResponse:
    if api or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": "contract_over", "detail": text, "field": "", "record": kept.ref}, status=409)
    return render(request, "handover/kept_late.html", {"kept": kept, "text": text}, status=409)
