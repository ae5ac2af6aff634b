"""Who stands in the election that is prepared: a group that is founded, a plan, owners named on paper, two bodies' answers."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from candidates import actions
from candidates.actions import MemberDraft, NomineeDraft, PlanDraft
from parties.models import Organisation
from parties.queries import acting_post
from portal.demonstration.elections import NEXT
from premises.models import Owner
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

DAY = timedelta(days=1)
STATEMENTS = (
    "退休会计，住了九年，愿意把账目按月公开。",
    "在小区带过两届志愿队，想把电梯和停车的事办好。",
    "做过工程监理，维修资金怎么用可以帮大家看一看。",
)
PAPER = "提名表和承诺书原件"
# Of a person; firms of the register have longer ones.
LONGEST = 4


def nominate(made: "Cast") -> None:
    """Three owners on paper: one passed by both bodies, one sent back, one whose papers wait for the pledges."""
    compound, at = made.compounds[NEXT.place], made.now - DAY
    with scope(compound.pk):
        post = made.posts[NEXT.by]
        with entering(post.person_id):
            by = acting_post(post.person_id, post.pk, localdate(at))
        if by is None:
            raise LookupError(NEXT.by)
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": made.polls[NEXT.key], "by": by, "now": at}
        found = Owner.objects.filter(compound=compound, ends__isnull=True, home__use="dwelling").select_related("home")
        people = {one.name: one for one in found.order_by("-pk") if len(one.name) <= LONGEST}
        owners = list(people.values())[:7]
        if len(owners) < len(STATEMENTS):
            return
        staff = (MemberDraft("应卫平", "street", "街道办事处", chair=True), MemberDraft("吕晓东", "party", "社区党委"))
        rows = [MemberDraft(one.name, "owner", one.home.address) for one in owners[3:]]
        rows = rows[: len(rows) - (len(rows) + len(staff) + 1) % 2]
        actions.save_members(kind="re_election", members=[*staff, *rows], **common)
        body = Organisation.objects.get(pk=by.organisation_id or 0)
        actions.save_plan(
            draft=PlanDraft(
                seats=5, term_years=5, starts=localdate(at), ends=localdate(at + 14 * DAY), joint_owners=10,
                bodies=((body.name, body.pk), ("西城派出所", None)),
            ),
            **common,
        )  # fmt: skip
        actions.open_nominations(**common)
        refs = [
            actions.nominate(
                draft=NomineeDraft(
                    route="self", name=owner.name, address=owner.home.address, statement=words, firm="none", paper=PAPER
                ),
                **common,
            ).ref
            for owner, words in zip(owners, STATEMENTS, strict=False)
        ]  # fmt: skip
        for ref in refs[:2]:
            for code in ("stand", "serve", "leave"):
                actions.accept_pledge(candidate=ref, code=code, paper=PAPER, **common)
        actions.answer(candidate=refs[0], body=1, outcome="pass", **common)
        actions.answer(candidate=refs[0], body=2, outcome="pass", paper="派出所回函", **common)
        actions.answer(candidate=refs[1], body=1, outcome="supplement", words="请补一份现居住地的说明", **common)
        actions.note_membership(candidate=refs[0], member=True, source="社区党组织党员名册", of=localdate(at), **common)
