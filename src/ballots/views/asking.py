"""Who asks on the owners' pages: somebody who lives there, signed in as themselves."""

from accounts.models import Person
from ballots.permissions import OWNERS
from tenancy.access import ActingRequest, in_compound


class OwnerRequest(ActingRequest):
    """A request of a view behind ``owners``. For type annotations only."""

    user: Person


owners = in_compound(parties=OWNERS)
