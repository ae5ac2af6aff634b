"""Who reads the register, who writes it, and who enters whom into a post. Named predicates and one table; no database.

The table says who may *enter* a post, which is not who decides on it: the decision lies before it and is named in the
post's ``basis``. Sources: 民法典 277、278 (the owners elect the committee, the street guides the election and takes the filing),
浙江 practice 市—街—社 (each level looks after the one below; shared/law, chapter 1), 双向进入、交叉任职 (chapter 2).

- The city enters its streets' officers and a firm's managers: a firm is registered with it. Its own officers are its
  leader's to enter.
- The street enters its own officers, the community's and residents' committee's posts, a firm's managers, and what was filed
  with it (备案): the committee's chair, vice chairs and members, the preparatory group, which it leads itself.
- The community's secretary enters the community's officers and part-time members (兼职委员), and the committee as it was
  elected, chair included: a chair never comes from the chair's own hand.
- The chair enters who was elected beside: vice chairs and members; the preparatory group's leader its members; the director
  of the residents' committee its officers.
- A firm's manager staffs the firm: managers of projects, dispatchers, workers, and for no more compounds than the own post.

Nobody enters or widens a post for themselves (``appoint`` refuses it, whatever the table says), so no row of it lets a post
give itself more than it has.
"""

from typing import Final

from tenancy.actor import Actor

OFFICES: Final = ("city", "street")
READING: Final = ("city", "street", "community", "residents", "committee", "preparatory", "company")

_COMMITTEE: Final = ("chair", "vice_chair", "member")
APPOINTS: Final[dict[tuple[str, str], dict[str, tuple[str, ...]]]] = {
    ("city", "leader"): {
        "city": ("leader", "officer"),
        "street": ("leader", "officer"),
        "company": ("manager",),
    },
    ("city", "officer"): {"street": ("leader", "officer"), "company": ("manager",)},
    ("street", "leader"): {
        "street": ("officer",),
        "community": ("secretary", "officer", "part_time_member"),
        "residents": ("director", "officer"),
        "committee": _COMMITTEE,
        "preparatory": ("leader", "member"),
        "company": ("manager",),
    },
    ("street", "officer"): {
        "community": ("secretary", "officer", "part_time_member"),
        "residents": ("director", "officer"),
        "committee": _COMMITTEE,
        "preparatory": ("leader", "member"),
        "company": ("manager",),
    },
    ("community", "secretary"): {
        "community": ("officer", "part_time_member"),
        "residents": ("officer",),
        "committee": _COMMITTEE,
        "preparatory": ("member",),
    },
    ("residents", "director"): {"residents": ("officer",)},
    ("committee", "chair"): {"committee": ("vice_chair", "member")},
    ("preparatory", "leader"): {"preparatory": ("member",)},
    ("company", "manager"): {"company": ("manager", "dispatcher", "worker")},
}


def appoints(actor: Actor, party: str) -> tuple[str, ...]:
    """The roles of a party that the actor's post may enter and end, in order of rank; none for everyone else.

    Whether the body lies within the actor's reach is another question (``queries.bodies``).
    """
    return APPOINTS.get((actor.party, actor.role), {}).get(party, ())


def may_read(actor: Actor) -> bool:
    """The register: every post but the firm's dispatchers and workers."""
    if actor.kind != "post":
        return False
    return actor.party in READING and (actor.party != "company" or actor.role == "manager")


def may_register(actor: Actor) -> bool:
    """Registers firms, changes them, enters and ends contracts: officers of street and city."""
    return actor.kind == "post" and actor.party in OFFICES


def keeps_certificates(actor: Actor) -> bool:
    """Enters and withdraws certificates of a firm within reach: its manager, and the offices that see the papers."""
    return may_register(actor) or (actor.party == "company" and actor.role == "manager")


def reads_certificates(actor: Actor) -> bool:
    """Reads a firm's certificates: its managers, the offices above, the community of its compounds. No committee."""
    return keeps_certificates(actor) or (actor.kind == "post" and actor.party == "community")


def sees_the_past(actor: Actor, body_id: int) -> bool:
    """Reads posts that have ended: the body's own people and the offices above."""
    return may_register(actor) or actor.organisation_id == body_id
