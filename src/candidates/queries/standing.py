"""What ``committees`` needs to know of whoever stood: the person, membership, posts held (双向进入、交叉任职)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from candidates.models import Candidate, Pledge
from candidates.queries.reading import memberships_of
from elections.models import Poll
from parties.models import Post


@dataclass(frozen=True, slots=True)
class Person:
    """One candidate: ``key`` of the ballot, the account where one is known, the Party member flag (None: not known).

    ``address`` is the home's, ``pledges`` the words that were signed. ``member_source`` and ``member_on``: where the flag comes
    from and of which day, for the record of the committee. ``posts`` are (post id, organisation id, organisation, role) of what
    they hold on the day.
    """

    key: str
    ref: str
    name: str
    person_id: int | None
    home_id: int | None
    building: str
    woman: bool | None
    represents: str
    member: bool | None
    posts: tuple[tuple[int, int, str, str], ...] = field(default=())
    address: str = ""
    pledges: tuple[str, ...] = ()
    member_source: str = ""
    member_on: date | None = None


def people_of(poll: Poll, *, on: date) -> Mapping[str, Person]:
    """Everyone who was named, by the key of the ballot. Four statements."""
    rows = list(
        Candidate.objects.filter(compound_id=poll.compound_id, poll=poll)
        .prefetch_related(Prefetch("pledges", Pledge.objects.order_by("pk")))
        .order_by("pk")
    )
    known = memberships_of(poll)
    posts: dict[int, list[tuple[int, int, str, str]]] = {}
    held = Post.objects.filter(
        person_id__in=[one.person_id for one in rows if one.person_id is not None], starts__lte=on
    ).exclude(ends__lt=on)
    for post in held.select_related("organisation").order_by("pk"):
        posts.setdefault(post.person_id, []).append((post.pk, post.organisation_id, post.organisation.name, post.role))
    return {
        one.key: Person(
            key=one.key,
            ref=one.ref,
            name=one.name,
            person_id=one.person_id,
            home_id=one.home_id,
            building=one.building,
            woman=one.woman,
            represents=one.represents,
            member=known[one.pk].member if one.pk in known else None,
            posts=tuple(posts.get(one.person_id or 0, ())),
            address=one.address,
            pledges=tuple(row.text for row in one.pledges.all()),
            member_source=known[one.pk].source if one.pk in known else "",
            member_on=known[one.pk].of if one.pk in known else None,
        )
        for one in rows
    }
