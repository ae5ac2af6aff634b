"""Hands a stored file to a browser, after the right to it was checked.

Three ways: read here and sent (embedded), left to the web server in front (``DOCUMENTS_ACCEL_PREFIX``, X-Accel-Redirect),
or a link to the S3 store that is good for a minute.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header

from documents.models import JPEG, PDF, XLSX, StoredFile

LINK_SECONDS: Final = 60
_EXTENSIONS: Final = {JPEG: "jpg", PDF: "pdf", XLSX: "xlsx"}


@dataclass(frozen=True, slots=True)
class Apart:
    """A file that another table than ours keeps (``actions.keep_apart``), as it is handed out."""

    ref: str
    path: str
    content_type: str
    sha256: str
    name: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is our own JPEG."""
        return self.content_type == JPEG

    @property
    def thumb_path(self) -> str:
        """Name of the small picture in the store."""
        return f"{self.path}-thumb"


def deliver(request: HttpRequest, stored: StoredFile | Apart, *, thumb: bool) -> HttpResponse:
    """The answer for a file that the reader may have. ``thumb`` asks for the small picture; other files have none.

    Shown in place only when it is our own JPEG; everything else is a download. Kept by the browser alone and asked for
    again each time (304 while the right lasts), so a right that ended ends here too.
    """
    small = thumb and stored.is_picture
    etag = f'"{stored.sha256[:32]}{"-thumb" if small else ""}"'
    answer: HttpResponse | None = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = _content(stored, stored.thumb_path if small else stored.path)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(answer, ["Cookie"])
    if answer.status_code == HTTPStatus.FOUND:  # the link itself is good for a minute only
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _content(stored: StoredFile | Apart, path: str) -> HttpResponse:
    name = stored.name or f"{stored.ref}.{_EXTENSIONS.get(stored.content_type, 'bin')}"
    disposition = content_disposition_header(not stored.is_picture, name) or "attachment"
    if settings.S3_BUCKET:
        store: Any = default_storage  # an S3Storage, whose url() takes more than others'
        link = store.url(
            path,
            expire=LINK_SECONDS,
            parameters={"ResponseContentType": stored.content_type, "ResponseContentDisposition": disposition},
        )
        return HttpResponseRedirect(link)
    if settings.DOCUMENTS_ACCEL_PREFIX:
        answer = HttpResponse(content_type=stored.content_type)
        answer.headers["X-Accel-Redirect"] = f"{settings.DOCUMENTS_ACCEL_PREFIX.rstrip('/')}/{path}"
    else:
        # Not a FileResponse: under ASGI Django reads its iterator whole and warns. Pictures are 150 kB, nothing exceeds 20 MB.
        with default_storage.open(path) as content:
            answer = HttpResponse(content.read(), content_type=stored.content_type)
    answer.headers["Content-Disposition"] = disposition
    return answer
