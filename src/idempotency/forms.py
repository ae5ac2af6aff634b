"""The key of a posted form or API call, and the fingerprint of what was posted."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from idempotency.actions import check_key

FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
_NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}


def fresh_key() -> str:
    """A new key, 32 characters, not to be guessed."""
    return secrets.token_urlsafe(24)


def key_of(request: HttpRequest) -> str:
    """The key of a request: its header, else its form field. Raises KeyMalformed when there is none or it is wrong."""
    return check_key(request.headers.get(HEADER) or request.POST.get(FIELD))


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 (64 hex digits) over method, path, posted fields and the content of posted files.

    Takes Django's request and REST framework's alike. The key itself and the CSRF token are left out; the order of fields
    does not matter, the order of one field's values does.
    """
    content: list[Any] = [request.method, request.path]
    data = getattr(request, "data", None)  # REST framework's parsed body; reading the raw one again would fail
    if data is None and _is_form(request):
        data = request.POST
    if data is None:
        content.append(hashlib.sha256(request.body).hexdigest())
    elif hasattr(data, "lists"):
        fields = [(name, values) for name, values in data.lists() if name not in _NOT_CONTENT]
        content.append(
            sorted([name, [v for v in values if not isinstance(v, UploadedFile)]] for name, values in fields)
        )
    else:
        content.append(data)
    files = request.FILES if data is not None else None
    if files:
        content.append(sorted([k, [_file(f) for f in fs]] for k, fs in files.lists()))
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")


def _file(file: UploadedFile[bytes]) -> list[Any]:
    """Name, size and SHA-256 of a posted file, which is left at its start again."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return [file.name, file.size, found.hexdigest()]
