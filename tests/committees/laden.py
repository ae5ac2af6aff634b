"""What the tests of isolation find of committees in both compounds."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from committees import actions
from committees.actions.offices import Sitting
from committees.models import Filing, Handing, Member
from parties.models import Term
from tenancy.scope import scope
from tests.world import Side

NAMES = ("胡一明", "楼晓燕", "应建国", "徐丽")


def put_a_committee_in(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """A recorded committee with a recall, a filing, a list, a by-election and a cross-post, all in texts that carry the mark."""

    def act(action: Any, **given: Any) -> Any:
        with scope(side.compound.pk):
            return action(compound_id=side.compound.pk, by=side.actor("officer", localdate(now)), now=now, **given)

    with scope(side.compound.pk):
        term = Term.objects.filter(compound=side.compound, committee__kind="owners_committee").order_by("pk")[0]
    made = act(
        actions.record_committee, term_id=term.pk, planned=5, elected_on=date(2024, 1, 1), basis=f"回执{mark}",
        members=[Sitting(f"{name}{mark}", contact=f"电话{mark}") for name in NAMES],
    )  # fmt: skip
    today = localdate(now)
    with scope(side.compound.pk):
        first, second = Member.objects.filter(compound=side.compound, committee=made).order_by("rank")[:2]
    act(actions.resign, committee_id=made.pk, member_id=first.pk, on=today, reason=f"搬家{mark}")
    recall = act(
        actions.propose_recall, committee_id=made.pk, member_id=second.pk, way="owners", have=30, of=120, ground="harm",
        reason=f"事实{mark}",
    )  # fmt: skip
    officer = side.posts["officer"].pk
    act(actions.propose_cross, direction="into", post_id=officer, title="委员", basis=f"纪要{mark}")
    act(actions.open_by_election, committee_id=made.pk, on=today + timedelta(days=60))
    with scope(side.compound.pk):
        filing = Filing.objects.filter(compound=side.compound).order_by("pk")[0]
        handing = Handing.objects.filter(compound=side.compound).order_by("pk")[0]
    return {"member_id": second.pk, "filing_id": filing.pk, "handing_id": handing.pk, "recall_id": recall.pk}
