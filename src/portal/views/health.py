"""For whoever watches the process: is it alive, can it serve."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.readiness import readiness
from tenancy.access import public


@public
@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  a view
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  a view
    """200 when every needed part answers, else 503; the parts by name either way."""
    found = readiness()
    return JsonResponse({"ready": found.ready, "parts": found.parts}, status=200 if found.ready else 503)
