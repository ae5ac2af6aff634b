"""As what else a person could file in a compound that the chosen standing does not cover."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from parties.queries import posts_held
from premises.queries import compounds_of
from repairs.permissions import FILES_FOR_OTHERS
from residency.queries import compounds_of_parents
from tenancy.actor import find_actor
from tenancy.models import Compound
from tenancy.queries import compound_by_code
from tenancy.scope import entering


@dataclass(frozen=True, slots=True)
class Other:
    """A standing as its choice names it: ``value`` is kind:key."""

    value: str
    party: str
    title: str
    role: str


def elsewhere(*, person_id: int, code: str, on: date) -> tuple[Compound, list[Other]] | None:
    """The compound of this code and the person's standings there that may file; None where they have none.

    A compound that does not exist answers alike. Three statements and one for each post.
    """
    found: list[tuple[Other, tuple[int, ...]]] = []
    with entering(person_id):
        lived = [("home", home.compound_id, home.name, _("居民")) for home in compounds_of(person_id, on)]
        parents = [("child", pk, name, _("替父母办事")) for pk, name in compounds_of_parents(person_id, on)]
        for kind, pk, name, role in (*lived, *parents):
            found.append((Other(f"{kind}:{pk}", "resident", name, role), (pk,)))
        for post in posts_held(person_id, on):
            if post.party not in FILES_FOR_OTHERS:
                continue
            actor = find_actor(person_id=person_id, kind="post", key=post.post_id, on=on)
            if actor is not None:
                other = Other(f"post:{post.post_id}", post.party, post.organisation, post.role_label)
                found.append((other, actor.compound_ids))
    compound = compound_by_code(code, within=tuple({pk for _other, covered in found for pk in covered}))
    if compound is None:
        return None
    return compound, [other for other, covered in found if compound.pk in covered]
