"""What the portal itself tells people, and for apps that may not know of messages."""

from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from messaging.actions import queue
from messaging.templates import register as register_template
from messaging.templates import register_kind
from parties.queries import posts_in
from tenancy.actor import system_actor
from tenancy.queries import compounds
from webhooks import owners
from webhooks.models import Subscription
from webhooks.permissions import ROLES

DISABLED = "webhooks.disabled"


def tell_owner(subscription: Subscription, now: datetime) -> None:
    """A subscription was switched off: whoever made it, and whoever may mend it today, are told once."""
    compound_id = subscription.compound_id
    code = compounds([compound_id])[0].code
    people = {post.person_id for post in posts_in(subscription.organisation_id, ROLES, localdate(now))}
    queue(
        compound_id=compound_id,
        to=people or {subscription.made_by},
        template=DISABLED,
        context={"name": subscription.name},
        link=f"/c/{code}/webhooks/{subscription.pk}/",
        by=system_actor("webhooks", (compound_id,)),
        now=now,
        key=f"{DISABLED}:{subscription.pk}:{now.isoformat()}",
    )


# What people may choose a channel for, in the words of the pages.
KINDS = {"repairs": _("报修"), "residency": _("入住"), "duty": _("值班"), "webhooks": _("系统对接")}


def register() -> None:
    """Make templates and kinds known, and say how owners of subscriptions are told."""
    for kind, label in KINDS.items():
        register_kind(kind, label)
    register_template(
        DISABLED,
        title=_("系统对接已停用"),
        body=_("“%(name)s”连续多日没有收到回应，已停止发送。修好接收系统后，请在页面上重新启用。"),
    )
    owners.register_tell(tell_owner)
