"""Opens the scope of the acting standing around each request."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import SESSION_KEY as PERSON_KEY
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tenancy.actor import Entered, enter, reading
from tenancy.scope import entrance, scope

SESSION_KEY = "standing"


class ActorMiddleware:
    """Set ``request.actor`` and, when there is one, run the view inside one transaction with its scope.

    The standing that a person chose is kept in the session as ``[kind, key]``. It is looked up on every request, so a
    right ends with the post: an ended post leaves ``request.actor`` None and the views send the person to choose again.

    On pages that act from no standing (``settings.WITHOUT_STANDING``) it stays out of the way: whoever joins a second
    compound there could not open its scope inside that of the first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the actor, open the scope, answer."""
        request.actor = None  # type: ignore[attr-defined]
        chosen = request.session.get(SESSION_KEY) if hasattr(request, "session") else None
        if not chosen or request.path.startswith(settings.WITHOUT_STANDING):
            return self.get_response(request)
        person_id = _claimed(request)
        if person_id is None:
            return self.get_response(request)
        kind, key = chosen
        with entrance(person_id):
            entered = enter(person_id=person_id, kind=kind, key=key, on=timezone.localdate())
            if entered is not None and _is_signed_in(request, entered):
                actor = entered.actor
                request.actor = actor  # type: ignore[attr-defined]
                with scope(actor.compound_ids, join=True, told=entered.person is not None):
                    answer = self.get_response(request)
                    # Django has made the view's exception an answer by now: without this the half-done would be kept.
                    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                        transaction.set_rollback(True)
                    return answer
        return self.get_response(request)


def _claimed(request: HttpRequest) -> int | None:
    """Whose session it says it is; nothing is shown before Django has verified it (``_is_signed_in``)."""
    said = request.session.get(PERSON_KEY)
    return None if said is None else int(said)


def _is_signed_in(request: HttpRequest, entered: Entered) -> bool:
    """Whether the session is good: Django compares what it holds with the person, who need not be read again for that."""
    with reading(entered.person):
        return request.user.is_authenticated and request.user.pk == entered.actor.person_id


def choose_standing(request: HttpRequest, kind: str, key: int) -> None:
    """Remember in the session which standing the person acts from; the next request looks it up."""
    request.session[SESSION_KEY] = [kind, key]
