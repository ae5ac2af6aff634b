"""Catching up without a socket: some browsers inside other apps have none, and pages then ask from time to time."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from live import queries
from tenancy.access import declare

TOPIC_LIMIT = 30
_NUMBER = re.compile(r"[0-9]{1,18}")


@never_cache
@require_GET
def catch_up(request: HttpRequest) -> HttpResponse:
    """``?topic=<code>/<topic>&after=N`` (both may repeat): ``{"frames": [...]}`` with what a socket would have sent.

    400 for a malformed question, 401 signed out, 404 when any of the topics is not for this standing or not there.
    """
    addresses, numbers = request.GET.getlist("topic"), request.GET.getlist("after")
    actor = request.actor  # type: ignore[attr-defined]
    if actor is None:
        return JsonResponse({"error": "signed_out"}, status=401)
    if not 0 < len(addresses) == len(numbers) <= TOPIC_LIMIT or not all(map(_NUMBER.fullmatch, numbers)):
        return JsonResponse({"error": "malformed"}, status=400)
    allowed = queries.resolve(actor=actor, addresses=addresses)
    missing = [address for address in addresses if address not in allowed]
    if missing:
        return JsonResponse({"error": "not_found", "topic": missing[0]}, status=404)
    bodies = [
        queries.catch_up(compound_id=allowed[address][0], address=address, topic=allowed[address][1], after=int(after))
        for address, after in zip(addresses, numbers, strict=True)
    ]
    return HttpResponse(f'{{"frames":[{",".join(bodies)}]}}', content_type="application/json")


declare(catch_up, "acting:*:*")
