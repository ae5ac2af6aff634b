"""Catching up without a socket: some browsers inside other apps have none, and pages then ask from time to time."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from live import queries
from tenancy.access import declare, public

TOPIC_LIMIT = 30
_NUMBER = re.compile(r"[0-9]{1,18}")


@never_cache
@require_GET
def catch_up(request: HttpRequest) -> HttpResponse:
    """``?topic=<code>/<topic>&after=N`` (both may repeat): ``{"frames": [...]}`` with what a socket would have sent.

    400 for a malformed question, 401 signed out, 404 when any of the topics is not for this standing or not there.
    """
    actor = request.actor  # type: ignore[attr-defined]
    if actor is None:
        return JsonResponse({"error": "signed_out"}, status=401)
    asked = _asked(request)
    if asked is None:
        return JsonResponse({"error": "malformed"}, status=400)
    return _frames(asked, queries.resolve(actor=actor, addresses=[address for address, _ in asked]))


declare(catch_up, "acting:*:*")


@never_cache
@require_GET
@public
def catch_up_by_pass(request: HttpRequest) -> HttpResponse:
    """As ``catch_up``, for whoever holds a pass instead of a session: ``?pass=<kind>:<token>&topic=…&after=N``.

    401 when the pass opens nothing (any more).
    """
    asked = _asked(request)
    found = queries.admit_pass(request.GET.get("pass", ""), [address for address, _ in asked or ()])
    if found is None:
        return JsonResponse({"error": "signed_out"}, status=401)
    if asked is None:
        return JsonResponse({"error": "malformed"}, status=400)
    return _frames(asked, found.allowed)


def _asked(request: HttpRequest) -> list[tuple[str, int]] | None:
    addresses, numbers = request.GET.getlist("topic"), request.GET.getlist("after")
    if not 0 < len(addresses) == len(numbers) <= TOPIC_LIMIT or not all(map(_NUMBER.fullmatch, numbers)):
        return None
    return [(address, int(number)) for address, number in zip(addresses, numbers, strict=True)]


def _frames(asked: list[tuple[str, int]], allowed: dict[str, tuple[int, str]]) -> HttpResponse:
    missing = [address for address, _ in asked if address not in allowed]
    if missing:
        return JsonResponse({"error": "not_found", "topic": missing[0]}, status=404)
    bodies = [
        queries.catch_up(compound_id=allowed[address][0], address=address, topic=allowed[address][1], after=after)
        for address, after in asked
    ]
    return HttpResponse(f'{{"frames":[{",".join(bodies)}]}}', content_type="application/json")
