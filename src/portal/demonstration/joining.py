"""Who is joining in the demonstration: a tenant whose claim waits for the desk, and a mother for whom a son acts."""

from datetime import timedelta

from django.utils.timezone import localdate

from portal.demonstration import cast
from portal.demonstration.build import Cast
from premises.models import Home
from premises.queries import resident
from residency.actions.claims import claim
from residency.actions.parents import bind, make_parent_code
from tenancy.scope import scope

WAITED = timedelta(hours=26)
BOUND_SINCE = timedelta(days=9)


def join(made: Cast) -> None:
    """The claim and the bond, each at its own time in the past."""
    compound = made.compounds[cast.JOINING.place]
    with scope(compound.pk):
        # The last home of the compound is nobody's of the cast.
        home = Home.objects.filter(compound=compound).latest("pk")
        claim(
            compound=compound,
            home_id=home.pk,
            person=made.person(cast.JOINING.claimant),
            relation="tenant",
            last_day=localdate(made.now) + timedelta(days=365),
            note="租了房东的房子，有租赁合同。",
            now=made.now - WAITED,
        )
        parent = made.person(cast.JOINING.parent)
        by = resident(parent.pk, compound.pk, localdate(made.now))
        if by is None:
            raise LookupError(cast.JOINING.parent)
        code = make_parent_code(compound_id=compound.pk, parent=parent, by=by, now=made.now - BOUND_SINCE)
        bind(
            compound=compound,
            code_id=code.pk,
            child=made.person(cast.JOINING.child),
            now=made.now - BOUND_SINCE + timedelta(minutes=5),
        )
