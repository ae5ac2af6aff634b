"""How each refusal of repairs is answered: (status, code, words, field)."""

from django.utils.translation import gettext as _

from documents.images import FileRefused
from idempotency.actions import KeyMalformed, KeyRefused
from idempotency.forms import HEADER
from repairs.actions.change import NoSuchRequest
from repairs.actions.incidents import NoSuchIncident
from repairs.actions.places import NoSuchPlace
from repairs.actions.replies import NoSuchReply
from repairs.actions.routing import NoSuchRule
from repairs.actions.visits import NoSuchVisit
from repairs.refusals import Refused
from repairs.words import refusal_text
from tenancy.api import Answer, register_refusal


def register() -> None:
    """Let every refusal of repairs be answered over REST."""
    register_refusal(Refused, refused)
    register_refusal(FileRefused, file)
    register_refusal(KeyRefused, key)
    register_refusal(NoSuchRequest, request)
    register_refusal(NoSuchIncident, incident)
    for kind in (NoSuchVisit, NoSuchRule, NoSuchReply, NoSuchPlace):
        register_refusal(kind, other)


def refused(error: Refused) -> Answer:
    """An action's refusal."""
    return error.status, error.code, str(refusal_text(error)), error.details.get("field", "")


def file(error: FileRefused) -> Answer:
    """A photo that is not taken in."""
    return 413 if error.code == "too_large" else 422, error.code, str(refusal_text(error)), "photos"


def key(error: KeyRefused) -> Answer:
    """An idempotency key that cannot be used: 400 when absent or malformed, 409 when it stands for another request."""
    return 400 if isinstance(error, KeyMalformed) else 409, error.code, str(refusal_text(error)), HEADER


def request(_error: NoSuchRequest) -> Answer:
    """No such request here, or not the actor's to see."""
    return 404, "not_found", _("没有找到这件报修。"), ""


def incident(_error: NoSuchIncident) -> Answer:
    """No such incident in the compound."""
    return 404, "not_found", _("没有找到这个事件。"), ""


def other(_error: Exception) -> Answer:
    """No such visit, rule, reply or place code in the compound."""
    return 404, "not_found", _("没有找到这一条，可能已经停用。"), ""
