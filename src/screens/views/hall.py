"""What hangs in the hall: one page for a television, opened by its address alone, and the parts that it asks for.

Everything is in the language of the compound, whatever the device says. Unknown, foreign and revoked addresses look alike.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from documents import qr
from documents.delivery import deliver
from live.queries import seqs
from notices import extras
from notices.models import Notice, Page
from notices.rules.kinds import URGENT
from notices.topics import HALL
from notices.words import KIND_LOOKS
from screens import queries, rules
from screens.actions import KIND, note_seen
from screens.models import Screen
from screens.refusals import NoSuchScreen
from tenancy.access import public

# What the script reads of an answer: that it is ours, which build the page should have, and whether the screen still is.
MARK: Final = "X-Screen"
GONE: Final = "gone"
LANGUAGE: Final = "zh-hans"
LONG_TITLE: Final = 32


@require_safe
@never_cache
@public
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a screen."""
    now = timezone.now()
    with override(LANGUAGE):
        try:
            with queries.shown(token) as screen:
                # The number first: what happens while the rows are being read is told again, never missed.
                numbers = seqs(compound_id=screen.compound_id, topics=[HALL])
                note_seen(screen, now)
                context = {**_board(screen, token, now), "numbers": numbers, "topic": HALL, "build": _build()}
                answer = render(request, "screens/show.html", {**context, "pass": f"{KIND}:{token}"})
        except NoSuchScreen:
            answer = render(request, "screens/gone.html", status=404)
            answer.headers[MARK] = GONE
            return answer
    answer.headers[MARK] = _build()
    return answer


@require_safe
@public
def slides(request: HttpRequest, token: str) -> HttpResponse:
    """The slides alone, with an ETag: what the page asks for every minute and after each event. Says that the screen is on."""
    now = timezone.now()
    with override(LANGUAGE):
        try:
            with queries.shown(token) as screen:
                note_seen(screen, now)
                made = render(request, "screens/_slides.html", _board(screen, token, now))
        except NoSuchScreen:
            made = HttpResponse(status=404)
            made.headers[MARK] = GONE
            made.headers["Cache-Control"] = "no-store"
            return made
    etag = f'"{hashlib.sha256(made.content).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag, response=made) or made
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers[MARK] = _build()
    return answer


@require_safe
@public
def picture(request: HttpRequest, token: str, ref: str) -> HttpResponse:
    """A picture of a notice that the screen shows."""
    try:
        with queries.shown(token) as screen:
            found = queries.picture(screen, ref)
    except NoSuchScreen as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return deliver(request, found, thumb=False)


def _build() -> str:
    """Which scripts and styles a page should have; a screen with others loads itself anew."""
    files = "".join(static(name) for name in ("screens/screen.js", "screens/screen.css", "live/live.js"))
    return hashlib.sha256(files.encode()).hexdigest()[:16]


def _board(screen: Screen, token: str, now: datetime) -> dict[str, Any]:
    found = queries.slides(screen)
    # What upper floors say of a notice in a word, such as how many days its publicity still runs.
    marks = extras.marks_of([one.notice for one in found]) if found else {}
    feet = extras.feet_of([one.notice for one in found]) if found else {}
    slides = [
        {**_slide(one, screen.compound.code, token, marks.get(one.notice.pk, [])), "feet": feet.get(one.notice.pk, [])}
        for one in found
    ]
    return {
        "screen": screen,
        "compound": screen.compound,
        "token": token,
        "slides": slides,
        "urgent": [one for one in slides if one["urgent"]],
        "now": now,
    }


def _slide(one: queries.Slide, code: str, token: str, marks: Sequence[extras.Mark]) -> dict[str, Any]:
    notice = one.notice
    version = notice.current
    urgent = notice.kind == URGENT
    icon, tone = KIND_LOOKS[notice.kind]
    return {
        "notice": notice,
        "version": version,
        "kind": notice.get_kind_display(),
        "icon": icon,
        "tone": tone,
        "urgent": urgent,
        "alone_until": version.published_at + rules.ALONE if urgent else None,
        "body": mark_safe(version.body_html),  # noqa: S308  cleaned when it was cut
        "long": len(version.title) > LONG_TITLE,
        "signs": len(version.body_text),
        "pictures": [
            {"url": reverse("screens_picture", args=[token, file.ref]), "width": file.width, "height": file.height}
            for file in one.pictures
        ],
        "sheets": [_sheet(page, token) for page in one.sheets],
        "papers": one.papers,
        "qr": qr.svg_data_uri(address_of(notice, code), scale=4),
        "at": localtime(notice.published_at),
        "ends": localtime(notice.expires_at) if notice.expires_at else None,
        "marks": marks,
    }


def _sheet(page: Page, token: str) -> dict[str, Any]:
    """A page of a paper: its picture, which page of which paper it is, and the bands that it is read in."""
    return {
        "url": reverse("screens_picture", args=[token, page.file.ref]),
        "width": page.file.width,
        "height": page.file.height,
        "name": page.attachment.name,
        "number": page.number,
        "all": page.attachment.pages,
        "bands": range(1, rules.bands(page.file.width or 1, page.file.height or 1) + 1),
    }


def address_of(notice: Notice, code: str) -> str:
    """Where a notice is read on a phone: by anyone when it is public, else after signing in."""
    name = "notices_public" if notice.public else "notices_one"
    return f"{settings.PUBLIC_URL}{reverse(name, args=[code, notice.ref])}"
