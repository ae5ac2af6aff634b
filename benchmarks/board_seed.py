"""Seed a compound with as many residents as the live board is measured with, each signed in, and one notice out.

The compound, its firm and its first residents come about by the actions of the pages (``benchmarks.seed``), the other
residents in bulk. Runs in a process of its own, under the environment of the served form.

usage: python -m benchmarks.board_seed OUT.json RESIDENTS

OUT.json: {"compound": id, "code", "cookies": [of each resident], "notice": path of the notice's page}.
"""

import json
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.utils import timezone

NOTICE = """因小区二次供水水箱每半年一次的清洗消毒,**6月6日(周六)9:00 至 17:00** 1 幢至 12 幢停水,具体安排如下。

- 请各户提前储备生活用水,停水期间请关好水龙头,以免来水时家中无人而漫水
- 家有老人、病人或者婴幼儿的,可打客服电话,由管家把水送到家
- 清洗由有卫生许可的单位进行,水质检测报告将在来水之后三日内在本公告栏公布

来水之后,水可能会短时发黄,请先打开水龙头放水数分钟再用;热水器请等水清之后再开。给大家带来不便,请予谅解。
"""


def main() -> None:
    """Migrate, seed, write down who is there."""
    out, residents = Path(sys.argv[1]), int(sys.argv[2])
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from benchmarks import seed
    from tenancy.actions import load_divisions
    from tenancy.models import Area, Compound

    load_divisions(
        lines=[
            "city_code,city,county_code,county,street_code,street,community_code,community",
            "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
        ]
    )
    seed.fill_compound(0, Area.objects.get(code="330784002008"), 0)
    compound = Compound.objects.get(code="bench0")
    cookies = _residents(compound, residents)
    told = {"compound": compound.pk, "code": compound.code, "cookies": cookies, "notice": _notice(compound)}
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    out.write_text(json.dumps(told))


def _residents(compound: Any, count: int) -> list[str]:
    """So many people, confirmed in one of the homes there are, each with a session; returns their cookies."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session
    from django.core.cache import cache
    from django.utils.crypto import get_random_string

    from accounts.models import Person
    from benchmarks.seed import BEGAN
    from premises.models import Home, Occupancy
    from tenancy.scope import scope

    people = []
    for n in range(count):
        one = Person(name=f"住户{n}", phone_verified=True, password="!nobody")
        one.phone = f"+86188{n:08d}"
        people.append(one)
    Person.objects.bulk_create(people, batch_size=2000)
    with scope(compound.pk):
        homes = list(Home.objects.filter(compound=compound))
        Occupancy.objects.bulk_create(
            [
                Occupancy(
                    compound=compound,
                    home=homes[n % len(homes)],
                    person=one,
                    relation="family",
                    state="confirmed",
                    starts=BEGAN,
                    route="office",
                )
                for n, one in enumerate(people)
            ],
            batch_size=2000,
        )
    store = import_module(settings.SESSION_ENGINE).SessionStore
    encode, prefix = store().encode, store.cache_key_prefix
    until = timezone.now() + timedelta(days=30)
    rows, cached = [], {}
    for one in people:
        said = {
            SESSION_KEY: str(one.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: one.get_session_auth_hash(),
            "standing": ["home", compound.pk],
        }
        key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
        rows.append(Session(session_key=key, session_data=encode(said), expire_date=until))
        cached[prefix + key] = said
    Session.objects.bulk_create(rows, batch_size=2000)
    cache.set_many(cached, 24 * 3600)
    return [
        f"{settings.SESSION_COOKIE_NAME}={row.session_key}; {settings.CSRF_COOKIE_NAME}={get_random_string(32)}"
        for row in rows
    ]


def _notice(compound: Any) -> str:
    """The manager's notice, out at once; the path of its page."""
    from django.urls import reverse

    from notices import actions
    from notices.actions.writing import Draft
    from parties.models import Post
    from parties.queries import acting_post
    from tenancy.scope import entering, scope

    now = timezone.now()
    with scope(compound.pk):
        post = Post.objects.get(role="manager")
    with entering(post.person_id):
        by = acting_post(post.person_id, post.pk, timezone.localdate())
    if by is None:
        raise RuntimeError("The manager acts from no post.")
    with scope(compound.pk):
        draft = Draft(kind="notice", title="六月六日二次供水水箱清洗停水通知", source=NOTICE)
        (made,) = actions.write(compound_ids=[compound.pk], draft=draft, by=by, now=now)
        made = actions.submit(compound_id=compound.pk, ref=made.ref, by=by, now=now)
    if made.state != "published":
        raise RuntimeError(f"The notice is {made.state}.")
    return reverse("notices_one", args=[compound.code, made.ref])


if __name__ == "__main__":
    main()
