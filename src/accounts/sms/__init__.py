"""Text messages behind one interface: ``send(phone, template, params)``.

Backends are modules beside this one, chosen by ``SMS_BACKEND``: ``console`` (prints), ``aliyun`` (signed REST) and
``memory`` (keeps, for tests). A template is a name of ours; a gateway maps it to the number that it approved.
"""

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

BACKENDS = ("console", "aliyun", "memory")


class SmsError(Exception):
    """A message was not accepted by the gateway.

    ``code`` is one of ours: busy (the gateway's own limit), number (it refuses this number), setup (key, signature,
    template or balance: the operator must act), unreachable. ``temporary`` says whether trying again may help; ``detail``
    is the gateway's own word for the log.
    """

    def __init__(self, code: str, *, temporary: bool, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.temporary = temporary
        self.detail = detail


class Backend(Protocol):
    """What a backend module offers."""

    def send(self, phone: str, template: str, params: dict[str, str]) -> str:
        """Hand one message to the gateway; return its receipt number."""


def send(phone: str, template: str, params: dict[str, str]) -> str:
    """Send one message to an E.164 number now; return the gateway's receipt. Raises SmsError when it is refused."""
    return cast("Backend", import_module(f"accounts.sms.{settings.SMS_BACKEND}")).send(phone, template, params)
