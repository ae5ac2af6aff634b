"""What anyone may read without signing in: the notices that were marked as public, as a feed and one by one."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from notices import extras, queries
from notices.card import SIZE, card_of
from notices.ical import calendar_of
from notices.words import KIND_LOOKS
from tenancy.access import public

KEPT_SECONDS = 60
SAID = 100  # signs of the text under a shared link


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
@public
def feed(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001  every view has it
    """The public notices of a compound as Atom, in the language of the compound."""
    found = queries.open_feed(code)
    if found is None:
        raise Http404
    compound, rows = found
    with override("zh-hans"):
        made = Atom1Feed(
            title=_("%(place)s公告") % {"place": compound.name},
            link=f"{settings.PUBLIC_URL}/",
            description="",
            feed_url=f"{settings.PUBLIC_URL}{reverse('notices_feed', args=[code])}",
            language="zh-CN",
        )
        for row in rows:
            made.add_item(
                title=row.current.title,
                link=f"{settings.PUBLIC_URL}{reverse('notices_public', args=[code, row.ref])}",
                description=row.current.body_html,
                author_name=row.speaker,
                pubdate=row.published_at,
                updateddate=row.current.published_at,
                unique_id=f"urn:uuid:{row.campaign}:{row.ref}",
                categories=(str(row.get_kind_display()),),
            )
    answer = HttpResponse(content_type=made.content_type)
    made.write(answer, "utf-8")
    return answer


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
@public
def calendar(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001  every view has it
    """The public notices of a compound as a calendar to subscribe to."""
    found = queries.open_feed(code)
    if found is None:
        raise Http404
    with override("zh-hans"):
        return HttpResponse(calendar_of(*found), content_type="text/calendar; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
@public
def card(request: HttpRequest, code: str, notice: str) -> HttpResponse:
    """The picture of one public notice, for whoever shares its link."""
    found = queries.open_notice(code, notice)
    if found is None:
        raise Http404
    etag = f'"{found.current.fingerprint[:32]}"'
    with override("zh-hans"):
        answer = get_conditional_response(request, etag=etag) or HttpResponse(card_of(found), content_type="image/png")
    answer.headers["ETag"] = etag
    return answer


@require_safe
@never_cache
@public
def one(request: HttpRequest, code: str, notice: str) -> HttpResponse:
    """One public notice: its text; pictures and attachments are for whoever signs in."""
    found = queries.open_notice(code, notice)
    if found is None:
        raise Http404
    return render(
        request,
        "notices/public.html",
        {
            "compound": found.compound,
            "notice": found,
            "version": found.current,
            "body": mark_safe(found.current.body_html),  # noqa: S308  cleaned when it was cut
            "tone": KIND_LOOKS[found.kind][1],
            "said": " ".join(found.current.body_text.split())[:SAID],
            "address": f"{settings.PUBLIC_URL}{reverse('notices_public', args=[code, notice])}",
            "card": f"{settings.PUBLIC_URL}{reverse('notices_card', args=[code, notice])}",
            "size": SIZE,
            "panels": extras.open_panels_of(found, timezone.now()),
        },
    )
