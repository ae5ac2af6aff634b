"""Reads: what a post covers today, which posts a person holds, who acts for a compound."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from parties.models import Contract, Jurisdiction, Organisation, Post, Term
from parties.rules import party_of
from tenancy.actor import Actor
from tenancy.statements import prepared

# Everything a request needs to know of an acting post, in one statement. The contract and term rows are readable here
# through their entry policies (a holder of a post in that organisation), before any scope is open.
_ACTING = """
SELECT person.name, o.id, o.kind, o.name, p.role, p.only_compounds,
  (SELECT min(a.level) FROM parties_jurisdiction j JOIN tenancy_area a ON a.id = j.area_id
    WHERE j.organisation_id = o.id AND j.starts <= %(on)s AND (j.ends IS NULL OR j.ends >= %(on)s)) AS level,
  ARRAY(
    SELECT c.compound_id FROM parties_contract c
      WHERE c.company_id = o.id AND c.starts <= %(on)s AND (c.ends IS NULL OR c.ends >= %(on)s)
    UNION SELECT t.compound_id FROM parties_term t
      WHERE t.committee_id = o.id AND t.starts <= %(on)s AND (t.ends IS NULL OR t.ends >= %(on)s)
    UNION SELECT k.id FROM parties_jurisdiction j
      JOIN tenancy_area community ON community.level = 'community'
      JOIN tenancy_area street ON street.id = community.parent_id
      JOIN tenancy_compound k ON k.community_id = community.id
      WHERE j.organisation_id = o.id AND j.starts <= %(on)s AND (j.ends IS NULL OR j.ends >= %(on)s)
        AND j.area_id IN (community.id, street.id, street.parent_id)
  ) AS compounds
FROM parties_post p
JOIN parties_organisation o ON o.id = p.organisation_id
JOIN accounts_person person ON person.id = p.person_id
WHERE p.id = %(post)s AND p.person_id = %(person)s AND p.starts <= %(on)s AND (p.ends IS NULL OR p.ends >= %(on)s)
"""


def acting_post(person_id: int, post_id: int, on: date) -> Actor | None:
    """The actor for a post that the person holds on that day, with the compounds that it covers; None otherwise."""
    with prepared() as cursor:
        cursor.execute(_ACTING, {"post": post_id, "person": person_id, "on": on})
        row = cursor.fetchone()
    if row is None:
        return None
    name, organisation_id, kind, organisation, role, only, level, compounds = row
    covered = sorted(set(compounds) & set(only)) if only is not None else sorted(compounds)
    return Actor(
        person_id=person_id,
        person_name=name,
        kind="post",
        key=post_id,
        party=party_of(kind, level),
        role=role,
        label=f"{organisation} {Post.Role(role).label}",
        compound_ids=tuple(covered),
        organisation_id=organisation_id,
    )


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post as the person sees it when choosing what to act as."""

    post_id: int
    organisation: str
    party: str
    role_label: str
    crossed: bool


def posts_held(person_id: int, on: date) -> list[HeldPost]:
    """The posts that a person holds on a day, in the order they began. One statement."""
    rows = (
        Post.objects.filter(person_id=person_id, starts__lte=on)
        .exclude(ends__lt=on)
        .annotate(
            level=Subquery(
                Jurisdiction.objects.filter(organisation_id=OuterRef("organisation_id")).values("area__level")[:1]
            )
        )
        .select_related("organisation")
        .order_by("starts", "pk")
    )
    return [
        HeldPost(
            post_id=row.pk,
            organisation=row.organisation.name,
            party=party_of(row.organisation.kind, row.level),
            role_label=str(Post.Role(row.role).label),
            crossed=row.cross_from_id is not None,
        )
        for row in rows
    ]


# The company, the committee and the offices of the areas of a compound on a day.
ACTING_ORGANISATIONS = """
    SELECT c.company_id FROM parties_contract c
      WHERE c.compound_id = %(compound)s AND c.starts <= %(on)s AND (c.ends IS NULL OR c.ends >= %(on)s)
    UNION SELECT t.committee_id FROM parties_term t
      WHERE t.compound_id = %(compound)s AND t.starts <= %(on)s AND (t.ends IS NULL OR t.ends >= %(on)s)
    UNION SELECT j.organisation_id FROM tenancy_compound k
      JOIN tenancy_area community ON community.id = k.community_id
      JOIN tenancy_area street ON street.id = community.parent_id
      JOIN parties_jurisdiction j ON j.area_id IN (community.id, street.id, street.parent_id)
      WHERE k.id = %(compound)s AND j.starts <= %(on)s AND (j.ends IS NULL OR j.ends >= %(on)s)
"""


def acting_organisations(compound_id: int, on: date) -> set[int]:
    """The organisations that act for a compound on that day. One statement; needs the compound's scope."""
    with connection.cursor() as cursor:
        cursor.execute(ACTING_ORGANISATIONS, {"compound": compound_id, "on": on})
        return {row[0] for row in cursor.fetchall()}


_CONCERNED = """
SELECT c.compound_id FROM parties_contract c
  WHERE c.compound_id = ANY (%(within)s) AND c.company_id = %(body)s AND (c.ends IS NULL OR c.ends >= %(on)s)
UNION SELECT t.compound_id FROM parties_term t
  WHERE t.compound_id = ANY (%(within)s) AND t.committee_id = %(body)s AND (t.ends IS NULL OR t.ends >= %(on)s)
UNION SELECT k.id FROM parties_jurisdiction j
  JOIN tenancy_area community ON community.level = 'community'
  JOIN tenancy_area street ON street.id = community.parent_id
  JOIN tenancy_compound k ON k.community_id = community.id
  WHERE k.id = ANY (%(within)s) AND j.organisation_id = %(body)s AND (j.ends IS NULL OR j.ends >= %(on)s)
    AND j.area_id IN (community.id, street.id, street.parent_id)
ORDER BY 1
"""


def compounds_concerned(organisation_id: int, within: Iterable[int], on: date) -> list[int]:
    """The compounds of a scope that a body serves or answers for, on a day or from a later one. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, {"body": organisation_id, "within": list(within), "on": on})
        return [compound for (compound,) in cursor.fetchall()]


# Who acts for a compound today: holders of posts in its company, its committee and the offices of its areas.
_HOLDERS = f"""
SELECT p.id, p.person_id, person.name, o.kind, o.name, o.phone, p.role, p.cross_from_id IS NOT NULL,
  (SELECT min(a.level) FROM parties_jurisdiction j JOIN tenancy_area a ON a.id = j.area_id WHERE j.organisation_id = o.id)
FROM parties_post p
JOIN parties_organisation o ON o.id = p.organisation_id
JOIN accounts_person person ON person.id = p.person_id
WHERE p.starts <= %(on)s AND (p.ends IS NULL OR p.ends >= %(on)s)
  AND (p.only_compounds IS NULL OR %(compound)s = ANY (p.only_compounds))
  AND o.id IN ({ACTING_ORGANISATIONS})
ORDER BY o.id, p.id
"""  # noqa: S608  a constant


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone who acts for a compound on a day, and as what."""

    post_id: int
    person_id: int
    name: str
    party: str
    organisation: str
    organisation_phone: str
    role: str
    crossed: bool

    @property
    def role_label(self) -> str:
        """The role in words."""
        return str(Post.Role(self.role).label)


def holders(compound_id: int, on: date) -> list[Holder]:
    """Everyone who holds a post that covers the compound on that day. One statement; needs the compound's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"compound": compound_id, "on": on})
        rows = cursor.fetchall()
    return [
        Holder(
            post_id=post_id,
            person_id=person_id,
            name=name,
            party=party_of(kind, level),
            organisation=organisation,
            organisation_phone=phone,
            role=role,
            crossed=crossed,
        )
        for post_id, person_id, name, kind, organisation, phone, role, crossed, level in rows
    ]


def contract_of(compound_id: int, on: date) -> Contract | None:
    """The service contract of the compound on that day, with the company."""
    found: Contract | None = (
        Contract.objects.filter(compound_id=compound_id, starts__lte=on)
        .exclude(ends__lt=on)
        .select_related("company")
        .first()
    )
    return found


def terms_of(compound_id: int, on: date) -> list[Term]:
    """The terms that run in the compound on that day (committee, preparatory group), with their bodies."""
    return list(
        Term.objects.filter(compound_id=compound_id, starts__lte=on)
        .exclude(ends__lt=on)
        .select_related("committee")
        .order_by("starts", "pk")
    )


def serving_company(compound_id: int, on: date) -> Organisation | None:
    """The company under contract with the compound on that day."""
    contract = (
        Contract.objects.filter(compound_id=compound_id, starts__lte=on)
        .exclude(ends__lt=on)
        .select_related("company")
        .first()
    )
    return contract.company if contract else None


def served_until(compound_id: int, company_ids: Sequence[int], on: date) -> dict[int, datetime]:
    """The moment at which each firm's last contract that began by a day was over; without those that have no end."""
    last: dict[int, date | None] = dict(
        Contract.objects.filter(compound_id=compound_id, company_id__in=company_ids, starts__lte=on)
        .order_by("starts")
        .values_list("company_id", "ends")
    )
    return {
        firm: make_aware(datetime.combine(ends + timedelta(days=1), time()))
        for firm, ends in last.items()
        if ends is not None
    }


def office_title(level: str) -> str:
    """The three-party office's name at a level, when a place has not given it its own (a setting: 三方办, 微治办 ...)."""
    name: str = settings.THREE_PARTY_OFFICE_NAME
    return {"city": _("市"), "street": _("街道"), "community": _("社区")}[level] + name


def holds_post(person_id: int, on: date) -> bool:
    """Whether a person holds any post on a day: of the administration, a committee or a firm."""
    return Post.objects.filter(person_id=person_id, starts__lte=on).exclude(ends__lt=on).exists()


def organisation_level(organisation_id: int) -> str | None:
    """The level of the areas that an organisation answers for, or None when it has none."""
    return Jurisdiction.objects.filter(organisation_id=organisation_id).values_list("area__level", flat=True).first()


def posts_in(organisation_id: int, roles: Iterable[str], on: date) -> list[Post]:
    """Who holds one of these roles in an organisation on a day. One statement."""
    rows = Post.objects.filter(organisation_id=organisation_id, role__in=list(roles), starts__lte=on)
    return list(rows.exclude(ends__lt=on).order_by("starts", "pk"))


def every_post(person_id: int) -> list[Post]:
    """Every post that a person holds or held, in the order they began. One statement."""
    return list(Post.objects.filter(person_id=person_id).select_related("organisation").order_by("starts", "pk"))


# The entry policies show the contracts and terms of the organisations in which the person holds or held a post.
_TIES = """
SELECT c.compound_id FROM parties_contract c
UNION SELECT t.compound_id FROM parties_term t
UNION SELECT k.id FROM parties_post p
  JOIN parties_jurisdiction j ON j.organisation_id = p.organisation_id
  JOIN tenancy_area community ON community.level = 'community'
  JOIN tenancy_area street ON street.id = community.parent_id
  JOIN tenancy_compound k ON k.community_id = community.id
  WHERE p.person_id = %(person)s AND j.area_id IN (community.id, street.id, street.parent_id)
"""


def ties(person_id: int) -> list[int]:
    """The compounds of every organisation in which a person holds or held a post. One statement; inside ``entering``."""
    with connection.cursor() as cursor:
        cursor.execute(_TIES, {"person": person_id})
        return [compound for (compound,) in cursor.fetchall()]


_WALKED = """
SELECT c.compound_id FROM parties_contract c JOIN parties_post p ON p.organisation_id = c.company_id
  WHERE p.person_id = %(person)s AND (p.ends IS NULL OR p.ends >= %(since)s) AND (c.ends IS NULL OR c.ends >= %(since)s)
    AND (p.only_compounds IS NULL OR c.compound_id = ANY (p.only_compounds))
UNION SELECT k.id FROM parties_post p
  JOIN parties_organisation o ON o.id = p.organisation_id AND o.kind IN ('community_party', 'residents_committee')
  JOIN parties_jurisdiction j ON j.organisation_id = p.organisation_id
  JOIN tenancy_compound k ON k.community_id = j.area_id
  WHERE p.person_id = %(person)s AND (p.ends IS NULL OR p.ends >= %(since)s)
    AND (p.only_compounds IS NULL OR k.id = ANY (p.only_compounds))
"""


def walked_in(person_id: int, since: date) -> list[int]:
    """The compounds where a person worked for the firm or the community on a day or later. One statement; inside ``entering``."""
    with connection.cursor() as cursor:
        cursor.execute(_WALKED, {"person": person_id, "since": since})
        return [compound for (compound,) in cursor.fetchall()]
