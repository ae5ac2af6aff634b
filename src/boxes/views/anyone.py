"""How anyone checks, without signing in: the heads, a receipt, whether the chain holds, the record and what counts it again.

Nothing of a person is here: a right is a pseudonym, a receipt a hash, and what is not published stays where it is.
"""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boxes.forms import ReceiptForm
from boxes.models import Box
from boxes.queries.boxes import heads_of
from boxes.queries.checking import condition, found, shown
from boxes.words import TONES, broken_words, head_rows
from documents import qr
from documents.delivery import deliver
from documents.limits import too_often
from elections.models import Poll
from tenancy.access import public

LIMIT = "boxes-verify"
CHECKER = "verify_election.py"


@require_safe
@never_cache
@public
def page(request: HttpRequest, code: str, poll: str) -> HttpResponse:
    """公开核对: whoever has the address."""
    if too_often(request, of=LIMIT):
        return render(request, "boxes/often.html", status=429)
    with shown(code, poll) as seen:
        if seen is None:
            raise Http404
        about, status = looked_up(request, *seen)
        about["address"] = address_of(seen[0])
        about["qr"] = qr.svg_data_uri(about["address"], scale=4)
        return render(request, "boxes/verify.html", about, status=status)


@require_safe
@public
def record(request: HttpRequest, code: str, poll: str) -> HttpResponse:
    """The published record, as a download."""
    if too_often(request, of=LIMIT):
        return render(request, "boxes/often.html", status=429)
    with shown(code, poll) as seen:
        if seen is None or seen[1].record is None:
            raise Http404
        return deliver(request, seen[1].record, thumb=False)


@require_safe
@public
def checker(_request: HttpRequest) -> HttpResponse:
    """The programme that counts a record again: one file."""
    return program()


def program() -> HttpResponse:
    """``tools/verify_election.py`` as a download."""
    answer = HttpResponse((settings.BASE_DIR / "tools" / CHECKER).read_bytes(), content_type="text/x-python")
    answer["Content-Disposition"] = f'attachment; filename="{CHECKER}"'
    return answer


def address_of(poll: Poll) -> str:
    """The public address of a box, as it is printed and scanned."""
    return f"{settings.PUBLIC_URL}{reverse('boxes_verify', args=[poll.compound.code, poll.ref])}"


def looked_up(request: HttpRequest, poll: Poll, box: Box) -> tuple[dict[str, Any], int]:
    """What a page of checking shows of a box and of what was asked for, and with which status."""
    form = ReceiptForm(request.GET if "receipt" in request.GET else None)
    asked = form.cleaned_data["receipt"] if form.is_valid() else ""
    held = condition(box)
    return {
        "compound": poll.compound,
        "poll": poll,
        "box": box,
        "state": box.get_state_display(),
        "tone": TONES[box.state],
        "heads": head_rows(heads_of(box)),
        "held": held,
        "broken": broken_words(held),
        "form": form,
        "asked": asked,
        "found": found(poll, asked) if asked else None,
        "checker": CHECKER,
        "secret": poll.secrecy == "secret",
    }, 422 if form.errors else 200
