"""What a refused step carried: read from whatever form it was, because that form itself was never looked at."""

import json
import re
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, RawPostDataException

from handover.actions.late import Sent
from idempotency.actions import KeyRefused
from idempotency.forms import fingerprint, key_of
from repairs.forms import SigningForm
from tenancy.api import HEADER as STANDING

# Fields of the forms of a request's page that hold words, in the order in which they are kept.
_WORDS: Final = ("note", "text", "reason", "answer", "words", "receiver")
_STANDING: Final = re.compile(r"post:([0-9]{1,18})", re.ASCII)


def standing(request: HttpRequest) -> list[Any] | None:
    """The standing that an app without a session names in its header."""
    found = _STANDING.fullmatch(request.headers.get(STANDING, ""))
    return ["post", int(found[1])] if found is not None else None


def read(request: HttpRequest, action: str) -> Sent | None:
    """The words, photos and signature that were sent; None for what cannot be read."""
    try:
        given, photos = _given(request), list(request.FILES.getlist("photos"))
        key = _key(request)
    except (RawPostDataException, RequestDataTooBig, TooManyFilesSent, ValueError):
        return None
    words = "\n".join(str(given[name]).strip() for name in _WORDS if str(given.get(name) or "").strip())
    signature, signer = _signature(given)
    return Sent(
        action=action,
        key=key,
        words=words,
        photos=photos,
        signature=request.FILES.get("image") or signature,
        signer=signer,
    )


def _given(request: HttpRequest) -> dict[str, Any]:
    if request.POST or request.FILES:
        return {name: request.POST[name] for name in request.POST}
    found = json.loads(request.body or b"{}")
    return found if isinstance(found, dict) else {}


def _key(request: HttpRequest) -> str:
    """The sending's own key; what was sent stands in where there is none."""
    try:
        return key_of(request)
    except KeyRefused:
        return fingerprint(request)


def _signature(given: dict[str, Any]) -> tuple[UploadedFile[Any] | None, str]:
    drawn = {name: str(given.get(name) or "") for name in ("drawing", "name")}
    if not any(drawn.values()):
        return None, ""
    form = SigningForm(drawn)
    return (form.cleaned_data.get("signature") if form.is_valid() else None), drawn["name"]
