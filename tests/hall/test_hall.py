"""What hangs in the hall: what it shows and never shows, to whom, and what it costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from live.models import Event
from notices import actions, extras
from notices.actions import files
from notices.actions.papers import draw_pages
from notices.audience import Audience
from notices.models import Notice, Page
from screens import actions as screens
from screens import rules
from screens.actions import Settings
from screens.models import Screen
from tenancy.scope import scope
from tests.hall.conftest import places, put_up
from tests.notices.conftest import NOW, TITLE, pdf, picture, signed, submitted, written
from tests.notices.test_papers import attached, sheets
from tests.notices.test_reading_pages import copies
from tests.world import CANARY, Side, World

PAGE_STATEMENTS = 9
SLIDES_STATEMENTS = 8


def titles(token: str) -> list[str]:
    """The titles that a screen shows, in their order."""
    answer = Client().get(f"/screen/{token}/slides/")
    assert answer.status_code == 200
    return re.findall(r"<h1[^>]*>(.*?)</h1>", answer.content.decode())


def out(side: Side, title: str, **given: Any) -> Notice:
    return submitted(side, "officer", title=title, **given)


def test_it_shows_what_is_up_for_everyone(world: World) -> None:
    _screen, token = put_up(world.here)
    out(world.here, "先发的", now=NOW - timedelta(hours=1))
    pinned = out(world.here, "置顶的", now=NOW - timedelta(hours=2))
    out(world.here, "后发的")
    out(world.there, CANARY)
    written(world.here, "officer", title="草稿")
    out(world.here, "只给业主", audience=Audience(roles=("owner",)))
    gone = out(world.here, "撤回的")
    by = world.here.actor("officer", NOW.date())
    with scope(world.here.compound.pk):
        actions.pin(compound_id=pinned.compound_id, ref=pinned.ref, on=True, by=by, now=NOW)
        actions.withdraw(compound_id=gone.compound_id, ref=gone.ref, reason="写错", by=by, now=NOW)
    assert titles(token) == ["置顶的", "后发的", "先发的"]


def test_a_screen_of_a_place_shows_what_is_meant_for_it(world: World) -> None:
    building, one, two = places(world.here)
    everyone = out(world.here, "全小区").title
    of_building = out(world.here, "给1幢", audience=Audience(building_ids=(building.pk,))).title
    of_one = out(world.here, "给1单元", audience=Audience(entrance_ids=(one.pk,))).title
    of_two = out(world.here, "给2单元", audience=Audience(entrance_ids=(two.pk,))).title
    out(world.here, "给1幢的租户", audience=Audience(building_ids=(building.pk,), roles=("tenant",)))
    for place, wanted in (
        ("", {everyone}),
        (f"b:{building.pk}", {everyone, of_building}),
        (f"e:{one.pk}", {everyone, of_building, of_one}),
        (f"e:{two.pk}", {everyone, of_building, of_two}),
    ):
        _screen, token = put_up(world.here, place=place)
        assert set(titles(token)) == wanted, place


def test_it_holds_nothing_of_anybody(world: World, settings: Any) -> None:
    """Names, telephones and homes stand all around a notice; on the screen there is its text and the body that speaks."""
    side = world.here
    _screen, token = put_up(side)
    made = written(side, "officer", sign_posts=(side.posts["worker"].pk,))
    by = side.actor("officer", NOW.date())
    with scope(side.compound.pk):
        made = actions.submit(compound_id=made.compound_id, ref=made.ref, by=by, now=NOW)
        Notice.objects.filter(pk=made.pk).update(label=f"{CANARY} 13800000000")
    reader = Client(headers={"accept-language": "zh-hans"})
    reader.force_login(side.people["resident"])
    session = reader.session
    session["standing"] = list(side.standing["resident"])
    session.save()
    assert reader.get(f"/c/here/notices/{made.ref}/").status_code == 200
    for path in ("", "slides/"):
        answer = Client().get(f"/screen/{token}/{path}")
        text = answer.content.decode()
        assert TITLE in text
        for secret in (CANARY, "13800000000", "officer", "worker", "resident", "199-0000", "19900", "101", "1单元"):
            assert secret not in re.sub(r"<script.*?</script>|data:image[^\"]*", "", text), secret
    with scope(side.compound.pk):
        told = [event.payload for event in Event.objects.filter(topic="notices.hall")]
    assert told == [{"ref": made.ref, "state": "published"}]


def test_what_is_for_some_is_not_even_told_of_in_the_hall(world: World) -> None:
    out(world.here, "只给业主", audience=Audience(roles=("owner",)))
    with scope(world.here.compound.pk):
        assert not Event.objects.filter(topic="notices.hall").exists()
        assert Event.objects.filter(topic="notices").exists()


def test_an_urgent_one_says_until_when_it_is_alone(world: World) -> None:
    _screen, token = put_up(world.here)
    submitted(world.here, "officer", kind="urgent", title="台风")
    answer = Client().get(f"/screen/{token}/slides/").content.decode()
    assert f'data-urgent data-alone="{int((NOW + timedelta(hours=1)).timestamp())}"' in answer
    assert "data-band" in answer


def test_pictures_are_shown_and_papers_told_of(world: World) -> None:
    side = world.here
    _screen, token = put_up(side)
    made = written(side, "officer")
    common: dict[str, Any] = {"compound_id": made.compound_id, "ref": made.ref, "by": side.actor("officer", NOW.date())}
    with scope(side.compound.pk):
        shown = files.attach(upload=picture(), now=NOW, **common)
        paper = files.attach(upload=pdf(), now=NOW, **common)
        actions.submit(now=NOW, **common)
        late = files.attach(upload=picture(), now=NOW, **common)
    text = Client().get(f"/screen/{token}/slides/").content.decode()
    address = f"/screen/{token}/picture/{shown.file.ref}/"
    assert address in text
    assert "扫码在手机上看全文和附件" in text
    assert late.file.ref not in text
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    for ref in (paper.file.ref, late.file.ref, "nothing"):
        assert Client().get(f"/screen/{token}/picture/{ref}/").status_code == 404
    _other, theirs = put_up(world.there)
    assert Client().get(f"/screen/{theirs}/picture/{shown.file.ref}/").status_code == 404
    with scope(side.compound.pk):
        actions.withdraw(reason="写错", now=NOW, **common)
    assert Client().get(address).status_code == 404


def test_the_first_pages_of_a_paper_are_shown(world: World) -> None:
    side = world.here
    _screen, token = put_up(side)
    made, row = attached(side, sheets(5))
    standing_page = 4  # bands of a standing page on a lying screen
    with scope(side.compound.pk):
        actions.submit(
            compound_id=made.compound_id, ref=made.ref, by=side.actor("officer", NOW.date()), now=NOW
        )  # fmt: skip
    path = f"/screen/{token}/slides/"
    assert "slide-sheet" not in Client().get(path).content.decode()  # not drawn yet
    draw_pages(compound_id=side.compound.pk, attachment_id=row.pk, now=NOW)
    with scope(side.compound.pk):
        drawn = list(Page.objects.select_related("file").filter(attachment=row).order_by("number"))
    text = Client().get(path).content.decode()
    shown = re.findall(r"/picture/([^/]+)/", text)
    assert shown == [page.file.ref for page in drawn[: rules.MOST_SHEETS] for _band in range(standing_page)]
    assert [f"第 {n} 页，共 5 页" in text for n in (1, 2, 3, 4)] == [True, True, True, False]
    first, late = (f"/screen/{token}/picture/{drawn[n].file.ref}/" for n in (0, rules.MOST_SHEETS))
    answer = Client().get(first)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert Client().get(late).status_code == 404
    _other, theirs = put_up(world.there)
    assert Client().get(f"/screen/{theirs}/picture/{drawn[0].file.ref}/").status_code == 404
    with scope(side.compound.pk):
        actions.withdraw(
            compound_id=made.compound_id, ref=made.ref, reason="写错", by=side.actor("officer", NOW.date()), now=NOW
        )
    assert Client().get(first).status_code == 404


def test_papers_cost_one_statement_for_all(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    made, row = attached(side, sheets(2))
    with scope(side.compound.pk):
        made = actions.submit(compound_id=made.compound_id, ref=made.ref, by=side.actor("officer", NOW.date()), now=NOW)
    draw_pages(compound_id=side.compound.pk, attachment_id=row.pk, now=NOW)
    _screen, token = put_up(side)
    Client().get(f"/screen/{token}/")
    counts = []
    for more in (0, 29):
        copies(side, made, more)
        with statements() as counted:
            Client().get(f"/screen/{token}/slides/")
        counts.append(len(counted))
    assert counts == [SLIDES_STATEMENTS + 1] * 2


def test_unknown_revoked_and_foreign_addresses_look_alike(world: World, sign_in: Callable[..., Client]) -> None:
    out(world.there, CANARY)
    made, token = put_up(world.here)
    _theirs, foreign = put_up(world.there)
    with scope(world.here.compound.pk):
        screens.revoke(
            compound_id=made.compound_id, screen_id=made.pk, by=world.here.actor("manager", NOW.date()), now=NOW
        )
    secret = foreign.rpartition("-")[2]
    bodies = set()
    for client in (Client(), sign_in(world.here, "manager")):
        for wrong in (token, f"here-{secret}", "here-aaaaaaaaaaaaaaaa", "nowhere-aaaaaaaaaaaaaaaa", "x"):
            answer = client.get(f"/screen/{wrong}/")
            assert (answer.status_code, answer["X-Screen"]) == (404, "gone")
            bodies.add(answer.content)
            part = client.get(f"/screen/{wrong}/slides/")
            assert (part.status_code, part["X-Screen"], part.content) == (404, "gone", b"")
            assert client.get(f"/screen/{wrong}/picture/x/").status_code == 404
    (body,) = bodies
    assert "这块屏没有在用" in body.decode()
    assert "小区" not in body.decode()


def test_whoever_is_signed_in_beside_it_sees_the_same(world: World, sign_in: Callable[..., Client]) -> None:
    out(world.there, "那边的")
    _screen, token = put_up(world.there)
    path = f"/screen/{token}/slides/"
    assert sign_in(world.here, "manager").get(path).content == Client().get(path).content
    assert sign_in(world.here, "manager", **{"accept-language": "en"}).get(path).content == Client().get(path).content


def test_an_unchanged_board_is_not_sent_again(world: World) -> None:
    _screen, token = put_up(world.here)
    out(world.here, "一条")
    path = f"/screen/{token}/slides/"
    first = Client().get(path)
    again = Client().get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["X-Screen"]) == (304, b"", first["X-Screen"])
    out(world.here, "又一条")
    assert Client().get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_that_it_asked_is_kept(world: World) -> None:
    made, token = put_up(world.here)
    Client().get(f"/screen/{token}/")
    with scope(world.here.compound.pk):
        assert Screen.objects.get(pk=made.pk).seen_at == NOW


def test_settings_reach_the_screen(world: World) -> None:
    made, token = put_up(world.here)
    with scope(world.here.compound.pk):
        screens.change(
            compound_id=made.compound_id, screen_id=made.pk, settings=Settings("东门大厅", orientation="turned", sound=True),
            by=world.here.actor("manager", NOW.date()), now=NOW,
        )  # fmt: skip
    text = Client().get(f"/screen/{token}/slides/").content.decode()
    assert 'data-orientation="turned"' in text
    assert " data-sound" in text


def test_upper_floors_say_a_word(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_registered", extras._Registered())
    made = out(world.here, "公示一下")
    extras.register(marks=lambda rows: {row.pk: extras.Mark("公示还有 3 天", "warn") for row in rows})
    _screen, token = put_up(world.here)
    assert made.title in titles(token)
    assert "公示还有 3 天" in Client().get(f"/screen/{token}/slides/").content.decode()


def test_it_asks_the_same_for_one_and_for_thirty(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    made = written(side, "officer")
    common: dict[str, Any] = {"compound_id": made.compound_id, "ref": made.ref, "by": side.actor("officer", NOW.date())}
    with scope(side.compound.pk):
        files.attach(upload=picture(), now=NOW, **common)
        made = actions.submit(now=NOW, **common)
    _screen, token = put_up(side)
    Client().get(f"/screen/{token}/")
    counts = []
    for more, total in ((0, 1), (29, 30)):
        copies(side, made, more)
        for path in ("", "slides/"):
            with statements() as counted:
                answer = Client().get(f"/screen/{token}/{path}")
            assert answer.content.decode().count("data-slide ") == total
            counts.append(len(counted))
    assert counts == [PAGE_STATEMENTS, SLIDES_STATEMENTS] * 2


def test_countersigned_ones_reach_the_hall(world: World) -> None:
    made = submitted(world.here, "manager", kind="publicity", matter="property_fee")
    with scope(world.here.compound.pk):
        assert not Event.objects.filter(topic="notices.hall").exists()
    signed(world.here, made, "chair")
    signed(world.here, made, "officer")
    with scope(world.here.compound.pk):
        assert Event.objects.filter(topic="notices.hall").count() == 1
