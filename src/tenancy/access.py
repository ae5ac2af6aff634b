"""How a view declares who may open it. tests/architecture fails on a view that declares nothing.

``@public`` anyone; ``@signed_in`` any signed-in person; ``@acting(...)`` someone acting from a standing, optionally of
given parties or roles; ``@in_compound(...)`` the same for pages under ``/c/<code>/``, whose scope it narrows to that one
compound (a compound outside the scope and one that does not exist answer alike: 404).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.queries import compound_by_code
from tenancy.scope import scope

View = TypeVar("View", bound=Callable[..., Any])


class ActingRequest(HttpRequest):
    """A request of a view behind ``@acting``: its actor is there. For type annotations only."""

    actor: Actor


def declare(view: View, access: str) -> View:
    """Mark a view's access, for the architecture test and for readers."""
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone may open the page, signed in or not; it shows nothing of a compound that is not public."""
    return declare(view, "public")


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Any signed-in person, before a standing is chosen."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return declare(wrapped, "signed_in")


def acting(
    *, parties: tuple[str, ...] = (), roles: tuple[str, ...] = ()
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Someone acting from a standing, of one of these parties and roles when given. Others get 403."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refused = _refuse(request, parties, roles)
            return refused if refused is not None else view(request, *args, **kwargs)

        return declare(wrapped, f"acting:{','.join(parties) or '*'}:{','.join(roles) or '*'}")

    return decorate


def in_compound(
    *,
    parties: tuple[str, ...] = (),
    roles: tuple[str, ...] = (),
    first: Callable[..., HttpResponse | None] | None = None,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """As ``acting``, for ``/c/<code>/...``: passes the Compound in place of its code, inside a scope of it alone.

    ``first`` is asked before the compound is looked up, where the standing covers one compound: for an answer that many people
    want at the same moment and that looks up the compound with what else it needs. It gets the code and must hold it against
    that compound's; None goes on with the view.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
            refused = _refuse(request, parties, roles)
            if refused is not None:
                return refused
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if first is not None and len(actor.compound_ids) == 1:
                answer = first(request, code, *args, **kwargs)
                if answer is not None:
                    return answer
            compound = compound_for(actor, code)
            with scope(compound.pk):
                return view(request, compound, *args, **kwargs)

        return declare(wrapped, f"in_compound:{','.join(parties) or '*'}:{','.join(roles) or '*'}")

    return decorate


def compound_for(actor: Actor, code: str) -> Compound:
    """The compound of this code that the actor's standing covers; Http404 otherwise."""
    found = compound_by_code(code, within=actor.compound_ids)
    if found is None:
        raise Http404
    return found


def _refuse(request: HttpRequest, parties: tuple[str, ...], roles: tuple[str, ...]) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    if actor is None:
        return redirect_to_login(request.get_full_path(), settings.STANDING_URL)
    if (parties and actor.party not in parties) or (roles and actor.role not in roles):
        raise PermissionDenied
    return None
