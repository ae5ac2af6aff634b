"""How the forms of defects are taken, and who has the pages."""

from typing import Any, cast

from django.http import HttpRequest

from defects.permissions import DESK_ROLES, FIRM, WATCHERS
from defects.refusals import NoSuchThing
from defects.words import refusal_field, refusal_text
from documents.posting import Posting, Said
from tenancy.access import in_compound

__all__ = ["Said", "everyone", "firm", "keepers", "post", "renewing", "taken"]

post = Posting(NoSuchThing, refusal_text, refusal_field)
taken = post.form
everyone = in_compound(parties=(FIRM, *WATCHERS))
firm = in_compound(parties=(FIRM,))
keepers = in_compound(parties=(FIRM,), roles=DESK_ROLES)


def renewing(request: HttpRequest) -> bool:
    """Whether a page fetches the part of itself that renews (``?part=1``); its links are those of the page."""
    asked = request.GET.copy()
    part = bool(asked.pop("part", None))
    request.GET = cast("Any", asked)  # Django's type knows only what may not be changed
    return part
