"""What every REST resource of a compound shares: who acts, in which scope, and how a refusal is answered."""

import copy
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, CharField, Field, ListField, Serializer
from rest_framework.views import APIView, exception_handler

from tenancy.access import compound_for
from tenancy.actor import Actor, find_actor
from tenancy.scope import entering, has_scope, scope

HEADER = "X-Standing"
_STANDING = re.compile(r"(post|home|child):([0-9]{1,18})", re.ASCII)
# An upper floor's refusal -> (HTTP status, code, words, field)
Answer = tuple[int, str, str, str]
_refusals: dict[type[Exception], Callable[[Any], Answer]] = {}


class LightSerializer(Serializer[Any]):
    """A serializer for what is asked often: its plain fields are copied flat, where DRF builds each anew from its arguments.

    Binding changes only the copy's own attributes. Fields with fields in them are built anew as ever.
    """

    def get_fields(self) -> dict[str, Field[Any, Any, Any, Any]]:
        """The declared fields, in order."""
        return {
            name: copy.deepcopy(field) if isinstance(field, BaseSerializer | ListField) else copy.copy(field)
            for name, field in self._declared_fields.items()
        }


class ProblemSerializer(Serializer[Any]):
    """How every refusal looks."""

    code = CharField(help_text="Stable reason code.")
    detail = CharField(help_text="The reason in the language of the request.")
    field = CharField(help_text="The field that it is about, or empty.")


def register_refusal(kind: type[Exception], answer: Callable[[Any], Answer]) -> None:
    """Let an upper floor say how its refusals are answered: ``answer(exception) -> (status, code, words, field)``."""
    _refusals[kind] = answer


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: registered refusals first, then DRF's own in the same shape."""
    for kind, answer in _refusals.items():
        if isinstance(error, kind):
            status, code, words, field = answer(error)
            return Response({"code": code, "detail": words, "field": field}, status=status)
    response = exception_handler(error, context)
    if response is not None and isinstance(error, APIException | Http404):
        response.data = _problem(response.data)
    return response


def _problem(data: Any) -> dict[str, str]:
    """One problem out of DRF's answer: the first field's first error."""
    if isinstance(data, dict) and "detail" in data:
        return {"code": getattr(data["detail"], "code", "refused"), "detail": str(data["detail"]), "field": ""}
    if isinstance(data, dict) and data:
        field, errors = next(iter(data.items()))
        first = errors[0] if isinstance(errors, list) and errors else errors
        return {"code": getattr(first, "code", "invalid"), "detail": str(first), "field": str(field)}
    return {"code": "invalid", "detail": str(data), "field": ""}


class ActingView(APIView):
    """A resource of one compound. Each method is wrapped by ``in_compound_api``, which passes actor and compound."""

    access = "api"


def in_compound_api(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Run a handler as ``handler(self, request, actor, compound, ...)`` in a transaction with the compound's scope.

    A browser's session has its standing already. An app signed in by token names it in the header ``X-Standing``:
    ``post:<id>``, ``home:<compound id>``, or ``child:<compound id>`` for a parent who lives there.
    A compound outside the standing and one that does not exist answer alike: 404.
    """

    @wraps(handler)
    def wrapped(view: APIView, request: Request, code: str, *args: Any, **kwargs: Any) -> Response:
        # Inside the middleware's scope no savepoint: a refusal undoes the whole request, and its answer asks nothing more.
        with transaction.atomic(savepoint=not has_scope()):
            actor = _actor(request)
            # Inside the middleware's scope this is the same one and costs nothing.
            with scope(actor.compound_ids):
                compound = compound_for(actor, code)
                with scope(compound.pk):
                    return handler(view, request, actor, compound, *args, **kwargs)

    return wrapped


def acting_api(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Run a handler that is about no compound as ``handler(self, request, actor, ...)``, for anyone with a standing."""

    @wraps(handler)
    def wrapped(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic(savepoint=not has_scope()):
            return handler(view, request, _actor(request), *args, **kwargs)

    return wrapped


def django_request(request: Request) -> HttpRequest:
    """Django's request behind DRF's, for what is written for it: an address, a browser, a session."""
    behind: HttpRequest = request._request  # noqa: SLF001  DRF has no other name for it
    return behind


def _actor(request: Request) -> Actor:
    acting: Actor | None = getattr(django_request(request), "actor", None)
    if acting is not None:
        return acting
    named = _STANDING.fullmatch(request.headers.get(HEADER, ""))
    person_id = request.user.pk
    if named is not None and person_id is not None:
        with entering(person_id):
            found = find_actor(person_id=person_id, kind=named[1], key=int(named[2]), on=timezone.localdate())
        if found is not None:
            return found
    raise PermissionDenied(code="no_standing")
