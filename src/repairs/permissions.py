"""Who may do what with a request: named predicates over the actor and the request. No database.

A resident's right as a follower is read from ``request.joined_as``: load the request by ``models.asked_by``.
"""

from repairs.models import HELD, Follower, Incident, Request
from tenancy.actor import Actor

DESK = {"manager", "dispatcher"}
OVERSEERS = frozenset({"committee", "community", "residents", "street", "city", "preparatory"})
# Whoever works on behalf of the administration, not as owners of the compound.
ADMINISTRATION = frozenset({"community", "residents", "street", "city"})
# Offices that have a hotline of their own, or the city's 12345.
TAKES_CALLS = frozenset({"company", "community", "street", "city"})
# Staff who may file for a resident.
FILES_FOR_OTHERS = frozenset({"company", "committee", "community", "residents"})


def is_desk(actor: Actor) -> bool:
    """The firm's manager or dispatcher: accepts, assigns, returns."""
    return actor.party == "company" and actor.role in DESK


def is_worker(actor: Actor) -> bool:
    """A worker of the firm."""
    return actor.party == "company" and actor.role == "worker"


def is_community(actor: Actor) -> bool:
    """A post of the community: decides on returns, visits, and speaks for whoever has no account."""
    return actor.party == "community"


def is_filer(actor: Actor, request: Request) -> bool:
    """The person who filed it as a resident, or the resident for whom it was filed, acting as a resident."""
    if actor.party != "resident":
        return False
    filed = actor.person_id == request.filed_by_id and request.filed_post is None
    return filed or (request.for_person_id is not None and actor.person_id == request.for_person_id)


def speaks_for(actor: Actor, request: Request) -> bool:
    """Who says what the filer would say: the filer; for a person without an account also the community, never the firm.

    Of what the firm itself found nobody waits for an answer: its desk speaks, never whoever repaired it.
    """
    if request.is_finding:
        return is_desk(actor) and actor.person_id != request.worker_id
    return is_filer(actor, request) or (without_account(request) and is_community(actor))


def without_account(request: Request) -> bool:
    """Whether it was filed for someone who cannot answer here."""
    return request.for_person_id is None and request.for_name != ""


def is_joined(actor: Actor, request: Request) -> bool:
    """A resident who follows another's request."""
    return actor.party == "resident" and bool(request.joined_as)


def was_merged(actor: Actor, request: Request) -> bool:
    """A resident whose own request was merged into this one: nobody is lost, so neither is the right to say 未解决."""
    return actor.party == "resident" and request.joined_as == Follower.Kind.MERGED


def filed_for_others(actor: Actor, request: Request) -> bool:
    """The post that filed it for a resident."""
    return actor.post_id is not None and actor.post_id == request.filed_post


def is_assigned(actor: Actor, request: Request) -> bool:
    """The worker to whom it is assigned, acting from the post to which it was."""
    return is_worker(actor) and actor.post_id is not None and actor.post_id == request.worker_post


def oversees(actor: Actor) -> bool:
    """The committee and the administration: they see and answer for what is late, and change nothing of the work."""
    return actor.party in OVERSEERS


def reads_internal(actor: Actor) -> bool:
    """Whether a post reads internal remarks: the firm and the administration. A committee's members are residents."""
    return actor.party == "company" or actor.party in ADMINISTRATION


# Who of each party answers for what climbed to it; empty: everyone of the party.
ANSWERING: dict[str, tuple[str, ...]] = {"company": ("manager",), "committee": (), "community": (), "street": ()}


def may_answer(actor: Actor) -> bool:
    """Whether the actor's post owes answers for what climbed to its party."""
    roles = ANSWERING.get(actor.party)
    return roles is not None and (not roles or actor.role in roles)


def watches(actor: Actor) -> bool:
    """Who opens the watch page: the overseers, and the firm's desk, which sees there what it must answer itself."""
    return oversees(actor) or is_desk(actor)


def may_see(actor: Actor, request: Request) -> bool:
    """Residents see their own and what they joined (nothing unlisted), workers theirs and what nobody has taken yet, others
    all of the compound.
    """
    if request.compound_id not in actor.compound_ids:
        return False
    if actor.party == "resident":
        return not request.unlisted and (is_filer(actor, request) or is_joined(actor, request))
    if is_worker(actor):
        return (
            is_assigned(actor, request)
            or request.state in {"submitted", "accepted"}
            or filed_for_others(actor, request)
        )
    return is_desk(actor) or oversees(actor)


def may_see_phone(actor: Actor, request: Request) -> bool:
    """The filer's number in full: only whoever the case is assigned to, and the firm's desk; the look is recorded.

    The community reads the number of a person without an account, for whom it speaks. A caller of a hotline who left none
    has none: the number of the office that took the call is not theirs.
    """
    if without_account(request) and not request.for_phone_cipher:
        return False
    if is_assigned(actor, request) or (is_desk(actor) and request.is_open):
        return True
    return is_community(actor) and without_account(request)


def may_read_signature(actor: Actor, request: Request) -> bool:
    """A signature is a name in full: for the filer, whoever the case is assigned to, the desk and the community."""
    if request.compound_id not in actor.compound_ids:
        return False
    return is_filer(actor, request) or is_assigned(actor, request) or is_desk(actor) or is_community(actor)


def may_remark(actor: Actor, request: Request) -> bool:
    """Who takes part in the conversation: whoever sees the request, but for those who only joined it."""
    return may_see(actor, request) and (actor.party != "resident" or is_filer(actor, request))


def may_remark_internally(actor: Actor, request: Request) -> bool:
    """Who writes an internal remark: those who may read it."""
    return may_see(actor, request) and reads_internal(actor)


def may_join(actor: Actor, request: Request) -> bool:
    """我也遇到: a resident of the compound, on another's request of a public area or a building that is still open."""
    return (
        actor.party == "resident"
        and request.compound_id in actor.compound_ids
        and not is_filer(actor, request)
        and request.place in {"public", "building"}
        and not request.unlisted
        and request.state in HELD
    )


def may_file_for(actor: Actor) -> bool:
    """代报: staff of the firm, the committee and the community; a resident for a neighbour or a parent."""
    return actor.party in FILES_FOR_OTHERS or actor.party == "resident"


def may_take_calls(actor: Actor) -> bool:
    """Who files what a caller told a hotline: an office of the administration, and the firm's desk."""
    return actor.post_id is not None and actor.party in TAKES_CALLS and (actor.party != "company" or is_desk(actor))


def may_run_incident(actor: Actor, incident: Incident | None = None) -> bool:
    """Who opens and closes a mass incident and writes to everyone in it: the desk; the community where no firm has it."""
    return is_desk(actor) or (incident is not None and incident.company_id is None and is_community(actor))


def may_draw_visits(actor: Actor) -> bool:
    """Who draws the sample for return visits, and visits."""
    return is_community(actor)


def may_set_rules(actor: Actor) -> bool:
    """Who changes a compound's deadlines, routing, reply templates and place codes: the firm's manager."""
    return actor.party == "company" and actor.role == "manager"


def may_print_places(actor: Actor) -> bool:
    """Who prints the labels of place codes: the firm's desk."""
    return is_desk(actor)


def may_read_rules(actor: Actor) -> bool:
    """Who reads the rules of a compound with all their versions: everyone who works there; residents read what comes of them."""
    return actor.party == "company" or oversees(actor)


def may_set_deadlines(actor: Actor) -> bool:
    """A compound's deadlines are a promise to its residents: the committee or the community sets them, not the firm."""
    return actor.party in {"committee", "community"}


def may_set_city_rules(actor: Actor) -> bool:
    """The defaults above the compounds are the city's."""
    return actor.party == "city"


def may(actor: Actor, action: str, request: Request) -> bool:
    """Whether this actor may take this action on this request, whatever its state."""
    rule = {
        "accept": is_desk(actor),
        "assign": is_desk(actor),
        "reassign": is_desk(actor),
        "return": is_desk(actor),
        "force_close": is_desk(actor),
        "merge": is_desk(actor),
        "tie": is_desk(actor),
        "settle": is_desk(actor),
        "claim": is_worker(actor),
        "arrive": is_assigned(actor, request),
        "start": is_assigned(actor, request),
        "finish": is_assigned(actor, request),
        "pause": is_desk(actor) or is_assigned(actor, request),
        "resume": is_desk(actor) or is_assigned(actor, request),
        "quote": is_desk(actor) or is_assigned(actor, request),
        "decide_quote": is_filer(actor, request),
        "sign": is_filer(actor, request) or is_assigned(actor, request),
        "uphold": is_community(actor),
        "deny": is_community(actor),
        "confirm": speaks_for(actor, request),
        "reopen": speaks_for(actor, request) or was_merged(actor, request),
        "contest": speaks_for(actor, request),
        "withdraw": speaks_for(actor, request),
        "urge": speaks_for(actor, request) or is_joined(actor, request),
        "leave": is_joined(actor, request) and not was_merged(actor, request),
    }
    return rule.get(action, False)
