"""The inbox and how messages come."""

import re
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messaging import actions, queries
from messaging.forms import ChannelForm
from tenancy.access import ActingRequest, acting

_CURSOR = re.compile(r"([0-9]{1,11}\.[0-9]{6})-([0-9]{1,18})")


@acting()
@require_GET
def inbox(request: ActingRequest) -> HttpResponse:
    """The person's messages, newest first."""
    state = queries.inbox_state(request.actor)  # before the page: what comes in between renews it once more
    queries.know_unread(request, state.unread)
    return render(
        request, "messaging/inbox.html", {**_page(request), "unread": state.unread, "numbers": state.numbers.items()}
    )


@acting()
@require_GET
def inbox_rows(request: ActingRequest) -> HttpResponse:
    """The part of the inbox that renews itself."""
    return render(request, "messaging/_inbox.html", {**_page(request), "unread": queries.unread_badge(request)})


def _page(request: ActingRequest) -> dict[str, Any]:
    before = request.GET.get("before", "")
    match = _CURSOR.fullmatch(before)
    page = queries.inbox(actor=request.actor, before=(_moment(match[1]), int(match[2])) if match else None)
    return {"page": page, "before": before if match else "", "several": len(request.actor.compound_ids) > 1}


def _moment(stamp: str) -> datetime:
    seconds, _dot, micro = stamp.partition(".")
    return datetime.fromtimestamp(int(seconds), tz=UTC).replace(microsecond=int(micro))


@acting()
@require_POST
def open_message(request: ActingRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go to what it is about."""
    try:
        link = actions.mark_read(by=request.actor, message_id=pk, now=timezone.now())
    except actions.NoSuchMessage:
        raise Http404 from None
    return redirect(link or "inbox")


@acting()
@require_POST
def read_all(request: ActingRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.mark_all_read(by=request.actor, now=timezone.now())
    return redirect("inbox")


@acting()
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: ActingRequest) -> HttpResponse:
    """How ordinary messages come: the channel, exceptions by kind, quiet hours, and for posts one message a day."""
    actor = request.actor
    form = ChannelForm(
        request.POST if request.method == "POST" else None,
        has_email=bool(queries.email_of(actor.person_id)),
        staff=actor.kind == "post" and bool(actor.compound_ids),
        chosen=queries.preference(actor.person_id),
    )
    if request.method == "POST" and form.is_valid():
        actions.prefer(by=actor, wish=form.wish())
        messages.success(request, _("已保存。"))
        return redirect("inbox")
    return render(request, "messaging/channel.html", {"form": form}, status=422 if form.errors else 200)
