"""Who can be signed in as in a demonstration, for the sign-in page and for what ``make run`` prints."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.demonstration import DemoPerson
from accounts.models import Person
from parties.models import Organisation, Post
from portal.demonstration import cast


def people() -> list[DemoPerson]:
    """The cast as it is in the database, residents first; empty before the demonstration is made. Two statements."""
    numbers = {name: cast.phone(index) for index, name in enumerate(_order(), start=1)}
    posts: dict[str, Post] = {}
    on = timezone.localdate()
    for post in Post.objects.filter(person__name__in=numbers, starts__lte=on, cross_from__isnull=True).select_related(
        "person", "organisation"
    ):
        posts.setdefault(post.person.name, post)
    made = set(Person.objects.filter(name__in=numbers).values_list("name", flat=True))
    residents = [
        DemoPerson(label=name, phone=numbers[name], role=place.name, party=_("居民"))
        for place in cast.PLACES
        for name in cast.RESIDENTS[place.code]
        if name in made and name not in posts
    ]
    staff = [
        DemoPerson(
            label=member.name,
            phone=numbers[member.name],
            role=f"{posts[member.name].organisation.name} {posts[member.name].get_role_display()}",
            party=str(Organisation.Kind(posts[member.name].organisation.kind).label),
        )
        for member in cast.STAFF
        if member.name in posts
    ]
    return [*residents, *staff]


def _order() -> list[str]:
    """The order in which the cast gets its numbers: staff first, then residents not met before."""
    names = [member.name for member in cast.STAFF]
    for place in cast.PLACES:
        names += [name for name in cast.RESIDENTS[place.code] if name not in names]
    return names
