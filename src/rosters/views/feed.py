"""The calendar that a telephone subscribes to: opened by its address alone, with one person's own shifts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from documents.limits import too_often
from rosters import ical
from rosters.queries.feeds import fed
from tenancy.access import public

LANGUAGE = "zh-hans"
MINUTE = 60


@require_safe
@never_cache
@public
def feed(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """One's own shifts, in the language of the compound. Unknown, foreign and revoked addresses look alike."""
    if too_often(request, of="rosters-feed"):
        return HttpResponse(status=429, headers={"Retry-After": str(MINUTE)})
    found = fed(code, token, timezone.now())
    if found is None:
        raise Http404
    with override(LANGUAGE):
        content = ical.calendar_of(*found)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
