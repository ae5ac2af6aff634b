"""A calendar address: which it is, and what whoever has it reads."""

import hmac
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate

from parties.queries import acting_post
from rosters.models import Member, Shift
from rosters.queries.months import own_shifts
from tenancy.models import Compound
from tenancy.scope import entering, scope

# Calendars replace all that they have: what is just over stays in them.
BACK = timedelta(days=31)
MOST = 200
MAX_DIGITS = 18


def token_of(member: Member) -> str:
    """What the address ends with: not to be guessed, and not to be made from what the database holds. "" for none."""
    if not member.feed_key:
        return ""
    sign = salted_hmac("rosters.feed", f"{member.compound_id}:{member.pk}:{member.feed_key}", algorithm="sha256")
    return f"{member.pk}-{sign.hexdigest()[:40]}"


def fed(code: str, token: str, now: datetime) -> tuple[Compound, list[Shift]] | None:
    """The compound and the shifts of an address; None for one that is unknown, taken back, or whose post has ended.

    For whoever asks, so it opens the scope of that compound by itself.
    """
    number = token.partition("-")[0]
    compound: Compound | None = Compound.objects.filter(code=code).first()
    if compound is None or not (number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS):
        return None
    with scope(compound.pk):
        member: Member | None = Member.objects.filter(
            compound_id=compound.pk, pk=int(number), left_at__isnull=True
        ).first()
        if member is None or not member.feed_key or not hmac.compare_digest(token_of(member), token):
            return None
        shifts = own_shifts(member, now - BACK, most=MOST)
    with entering(member.person_id):
        post = acting_post(member.person_id, member.post_id, localdate(now))
    if post is None or compound.pk not in post.compound_ids:
        return None
    return compound, shifts
