"""Notices at any point of their way, made by the same actions as pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from notices import actions
from notices.actions.files import attach
from notices.actions.keeping import save_template, set_rule
from notices.actions.reading import mark_read
from notices.actions.writing import Draft
from notices.models import Attachment, Notice, Template
from tenancy.scope import scope
from tests.world import Side

# A Tuesday, 10:00 in Shanghai.
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
TITLE = "六月六日停水通知"
SOURCE = "因水箱清洗，**6月6日** 9:00 至 17:00 停水。\n\n- 请提前储水\n- 有老人的家庭可以打物业电话"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _at_ten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of every test here stands at NOW; pages look at it, actions are given their moment."""
    if "real_clock" in request.keywords or "committed_db" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


def draft_of(**given: Any) -> Draft:
    """What somebody writes."""
    return Draft(**{"kind": "notice", "title": TITLE, "source": SOURCE, **given})


def written(side: Side, who: str = "manager", *, now: datetime = NOW, **given: Any) -> Notice:
    """A draft."""
    by = side.actor(who, now.date())
    with scope(side.compound.pk):
        return actions.write(compound_ids=[side.compound.pk], draft=draft_of(**given), by=by, now=now)[0]


def submitted(side: Side, who: str = "manager", *, now: datetime = NOW, **given: Any) -> Notice:
    """One that was handed in: out, waiting for its time, or for others' words."""
    made = written(side, who, now=now, **given)
    with scope(side.compound.pk):
        return actions.submit(compound_id=side.compound.pk, ref=made.ref, by=side.actor(who, now.date()), now=now)


def signed(side: Side, made: Notice, who: str, *, agree: bool = True, reason: str = "", now: datetime = NOW) -> Notice:
    """A side's word."""
    with scope(side.compound.pk):
        return actions.countersign(
            compound_id=side.compound.pk,
            ref=made.ref,
            agree=agree,
            reason=reason,
            by=side.actor(who, now.date()),
            now=now,
        )


def fee_notice(side: Side, **given: Any) -> Notice:
    """One that waits for the committee and then the community."""
    return submitted(side, "manager", **{"kind": "publicity", "matter": "property_fee", **given})


def fresh(made: Notice) -> Notice:
    """As it stands now."""
    with scope(made.compound_id):
        found: Notice = Notice.objects.select_related("current", "proposed").get(pk=made.pk)
    return found


def picture(name: str = "a.png", *, size: tuple[int, int] = (640, 480)) -> SimpleUploadedFile:
    """A picture as a form gives it."""
    out = BytesIO()
    Image.new("RGB", size, "#336699").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def pdf(content: bytes = b"%PDF-1.7\n1 0 obj\n") -> SimpleUploadedFile:
    """A PDF as a form gives it."""
    return SimpleUploadedFile("plan.pdf", content, content_type="application/pdf")


def put_notices_up(side: Side, mark: str, now: datetime) -> Notice:
    """One that is out, corrected, read and to be signed for, with a paper; one that waits; one that was withdrawn."""
    code: dict[str, Any] = {"compound_id": side.compound.pk, "now": now}
    waiting = fee_notice(side, now=now, title=f"物业费{mark}", source=f"公示{mark}")
    gone = submitted(side, "officer", now=now, title=f"写错{mark}", source=f"作废{mark}")
    made = written(
        side, "officer", now=now, title=f"停水{mark}", source=f"储水{mark}", sign_posts=(side.posts["worker"].pk,)
    )
    by = side.actor("officer", now.date())
    with scope(side.compound.pk):
        attach(ref=made.ref, upload=pdf(), name=f"安排{mark}", by=by, **code)
        actions.withdraw(ref=gone.ref, reason=f"重写{mark}", by=by, **code)
        made = actions.submit(ref=made.ref, by=by, **code)
        mark_read(notice=made, by=side.actor("resident", now.date()), now=now)
        actions.amend(ref=made.ref, title=f"停水{mark}", source=f"多储水{mark}", changed=f"改词{mark}", by=by, **code)
        actions.countersign(
            ref=waiting.ref, agree=True, reason=f"同意{mark}", by=side.actor("chair", now.date()), **code
        )
    return fresh(made)


def put_a_template_up(side: Side, mark: str, now: datetime) -> Template:
    """A template of the compound's own."""
    return save_template(
        compound_id=side.compound.pk,
        name=f"模板{mark}",
        kind="notice",
        matter="general",
        title=f"题{mark}",
        source=f"文{mark}",
        by=side.actor("manager", now.date()),
        now=now,
    )


def put_a_chain_up(side: Side, mark: str, now: datetime) -> dict[str, int]:
    """A rule of who countersigns, and an attachment of a notice that is out."""
    rule = set_rule(
        compound_id=side.compound.pk,
        kind="reminder",
        matter="activity",
        speaker="street",
        sides=("community",),
        ground=f"议定{mark}",
        by=side.actor("chair", now.date()),
        now=now,
    )
    return {"rule_id": rule.pk, "attachment": Attachment.objects.order_by("-pk").values_list("pk", flat=True)[0]}
