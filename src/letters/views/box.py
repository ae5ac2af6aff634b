"""The letters of a body, wherever it acts: what waits for it, what came in, what went out, drafts."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from letters import queries
from letters.forms import BoxForm
from letters.models import Addressee, Letter, State
from letters.permissions import WRITER_PARTIES, WRITER_ROLES
from letters.rules import is_overdue
from letters.words import TONES
from tenancy.access import ActingRequest, acting
from tenancy.queries import compounds

PAGE = 20
LABELS: dict[str, Any] = {
    queries.TODO: gettext_lazy("等我办"),
    queries.INBOX: gettext_lazy("收到"),
    queries.OUTBOX: gettext_lazy("发出"),
    queries.DRAFTS: gettext_lazy("草稿"),
}


@require_safe
@never_cache
@acting(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def box(request: ActingRequest) -> HttpResponse:
    """One box, searched."""
    actor = request.actor
    wanted = BoxForm(request.GET).wanted()
    counted = queries.box_counts(actor)
    page = Paginator(queries.box(actor, wanted), PAGE).get_page(request.GET.get("page"))
    letters = list(page.object_list)
    to = queries.addressed(letters)
    covered = compounds(actor.compound_ids)
    today = localdate()
    return render(
        request,
        "letters/box.html",
        {
            "wanted": wanted,
            "page": page,
            "compounds": covered,
            "rows": [
                row_of(
                    one,
                    to[one.pk],
                    own=one.organisation_id == actor.organisation_id,
                    several=len(covered) > 1,
                    today=today,
                )
                for one in letters
            ],
            "tabs": [
                {"url": f"?box={name}", "label": label, "count": counted[name], "active": name == wanted.box}
                for name, label in LABELS.items()
            ],
        },
    )


def row_of(one: Letter, to: list[Addressee], *, own: bool, several: bool, today: Any) -> dict[str, Any]:
    """A letter as one row."""
    # What came in names its sender in its number.
    who = _("发给%(names)s") % {"names": "、".join(row.name for row in to)} if own else ""
    state, tone = str(State(one.state).label), TONES[one.state]
    if one.state == State.SENT:
        late = is_overdue(one.reply_by, today)
        if own:
            signed = sum(row.signed_at is not None for row in to)
            waiting = one.reply_by is not None and any(row.answered_at is None for row in to)
            if late and waiting:
                state, tone = _("超期没有复函"), "late"
            else:
                state = _("%(signed)s/%(all)s 已签收") % {"signed": signed, "all": len(to)}
                tone = "good" if signed == len(to) else "warn"
        elif one.mine_signed is None:  # type: ignore[attr-defined]
            state, tone = _("等您签收"), "warn"
        elif one.reply_by is not None and one.mine_answered is None:  # type: ignore[attr-defined]
            state, tone = (_("超期没有复函"), "late") if late else (_("等您复函"), "info")
        else:
            state, tone = _("已签收"), "good"
    return {
        "letter": one,
        "title": one.subject,
        "detail": " · ".join(part for part in (one.number_text, who, one.compound.name if several else "") if part),
        "state": state,
        "tone": tone,
        "moment": one.sent_at or one.updated_at,
    }
