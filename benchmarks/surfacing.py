"""``rounds``: twenty-five workers come out of the basement at the same moment, with ten photos each; what do others notice?

The phones speak as the page of a walk does: an answer, then its photo, one request after the other, as fast as they are answered.
Meanwhile a resident opens pages, one after the other, as before. All against the served form with as many workers as cores; what
phones hand in goes to the lane of uploads, as ``docker/nginx.conf`` sends it.

usage of the processes: python -m benchmarks.surfacing seed OUT.json | walk OUT.json HOST PORT | look OUT.json HOST PORT SECONDS
"""

import hashlib
import http.client
import io
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.databases import STATE, Cluster
from benchmarks.measure import Report, median, say, wait_for_quiet
from benchmarks.photo import phone_picture
from benchmarks.served import HOST, browser, environment, redis_server, serving
from config.environment import ROOT
from config.serve import Options, command

PHONES, PHOTOS, POINTS = 25, 10, 40
ALONE, THREADS = 8.0, 2
# BENCH_LANE=0: everything by the pages' own server, to see what the lane does.
LANE = os.environ.get("BENCH_LANE") != "0"
TAKEN = {200, 201}
LONGER, QUALITY = 1600, 80


def run(report: Report, cluster: Cluster) -> None:
    """Seed, look at pages alone, let everyone out, look again, count what is there."""
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        if not redis:
            report.remarks.append(
                "rounds, phones at once: no redis-server (Debian: apt install redis-server), not asked."
            )
            return
        told = environment(cluster.fresh("bench_surfacing"), redis)
        out = STATE / "phones.json"
        _inside(told, "seed", str(out))
        workers = os.cpu_count() or 1
        options = Options("web", "127.0.0.1", 0, 0, web_workers=workers, web_threads=THREADS, task_workers=1)
        line = [str(out), *_where(stack.enter_context(serving("product", command("web", options), told)))]
        lane = [str(out), *_where(stack.enter_context(serving("uploads", command("uploads", options), told)))]
        _inside(told, "look", *line, "3")
        wait_for_quiet()
        alone = _inside(told, "look", *line, str(ALONE))["times"]
        watching = _started("look", *line, "0")
        walked = _inside(told, "walk", *(lane if LANE else line))
        meanwhile = _ended(watching)["times"]
        stored = _inside(told, "count", str(out))
    cluster.drop("bench_surfacing")
    wanted = PHONES * PHOTOS
    missing = abs(wanted - stored["answers"]) + abs(wanted - stored["photos"])
    refused = sum(many for status, many in walked["statuses"].items() if int(status) not in TAKEN)
    report.hold(
        f"rounds: {PHONES} phones at once, {PHOTOS} photos each: refused or missing",
        refused + missing + walked["lost"],
        0,
    )
    report.hold("rounds: pages of others meanwhile : before", median(meanwhile) / median(alone), 2, unit="x")
    report.hold("rounds: the slowest twentieth of them", _slowest(meanwhile, 0.95) / _slowest(alone, 0.95), 2, unit="x")
    shares = (0.5, 0.95, 0.99)
    report.table(
        f"rounds, {PHONES} phones at once | ",
        [
            ["a page of others before, 50, 95, 99 %, ms", " ".join(f"{_slowest(alone, one):.0f}" for one in shares)],
            ["the same meanwhile", " ".join(f"{_slowest(meanwhile, one):.0f}" for one in shares)],
            ["until everything is handed in, s", f"{walked['seconds']:.1f}"],
            ["a photo, median ms", f"{median(walked['photos']):.0f}"],
        ],
    )
    say(f"  surfacing: {median(alone):.0f} ms, meanwhile {median(meanwhile):.0f} ms, {walked['seconds']:.1f} s")


def _slowest(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def _where(served: tuple[int, str]) -> tuple[str, str]:
    at = urlsplit(served[1])
    return str(at.hostname), str(at.port)


def _inside(told: dict[str, str], *line: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.surfacing", *line], env=told, cwd=ROOT, check=True, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _started(*line: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.surfacing", *line], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def _ended(process: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = process.communicate("enough\n")
    return dict(json.loads(said.splitlines()[-1]))


# --- what the phones have -------------------------------------------------------------------------------------------------
def seed(out: str) -> dict[str, Any]:
    """A compound with forty extinguishers in its garage, its firm's workers with phones, and a resident."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.utils import timezone

    from accounts.models import Person
    from benchmarks.seed import BEGAN, fill_compound, session_of
    from equipment.models import Piece
    from parties import actions as parties
    from parties.queries import serving_company
    from rounds.actions.plans import make_plans
    from rounds.queries.package import package
    from tenancy.actions import load_divisions
    from tenancy.actor import Actor, system_actor
    from tenancy.models import Area, Compound
    from tenancy.scope import scope

    now = timezone.now()
    load_divisions(
        lines=[
            "city_code,city,county_code,county,street_code,street,community_code,community",
            "3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会",
        ]
    )
    residents, _desk = fill_compound(0, Area.objects.get(code="330784002008"), 500)
    compound = Compound.objects.get(code=residents[0]["code"])
    by = system_actor("bench", (compound.pk,))
    with scope(compound.pk):
        firm = serving_company(compound.pk, now.date())
        if firm is None:
            raise LookupError("the compound has no firm")
        posts = [
            parties.appoint(
                person=Person.objects.create_person(phone=f"+8619800{n:06d}", name=f"巡查员{n}", phone_verified=True),
                organisation=firm, role="worker", starts=BEGAN, basis="任命", by=by, now=now,
            )
            for n in range(PHONES)
        ]  # fmt: skip
        Piece.objects.bulk_create(
            Piece(
                compound=compound, kind="extinguisher", subtype="dry_powder", number=f"MHQ-{n}", spot=f"{n} 号柱",
                address=f"B1 车库 {n} 号柱", place="basement", count=2, made_at=now,
            )
            for n in range(POINTS)
        )  # fmt: skip
        make_plans(
            compound_id=compound.pk,
            by=Actor(1, "王小明", "post", 1, "company", "manager", "物业", (compound.pk,)),
            now=now,
        )
    with scope(compound.pk):
        taken = package(compound.pk, compound.code, timezone.localdate(now), now, person_id=posts[0].person_id)
    stops = [one for one in taken["stops"] if one["piece"]]
    phones = [
        {
            **session_of(post.person, ("post", post.pk)), "code": compound.code, "standing": f"post:{post.pk}",
            "bodies": [_body(taken, stops[(n * PHOTOS + k) % len(stops)], n, k, now) for k in range(PHOTOS)],
        }
        for n, post in enumerate(posts)
    ]  # fmt: skip
    Path(out).write_text(json.dumps({"phones": phones, "residents": residents, "compound": compound.pk}))
    return {"phones": len(phones)}


def _body(taken: dict[str, Any], stop: dict[str, Any], phone: int, order: int, now: Any) -> dict[str, Any]:
    photo = picture(phone, order)
    items = [one for one in taken["forms"][stop["form"]] if one["type"] == "ok"]
    return {
        "kind": "point", "walk": str(uuid.UUID(int=phone + 1)), "order": order + 1, "seconds": 60 * order,
        "rounds": stop["rounds"], "way": "qr", "label": stop["label"],
        "results": [
            {"item": one["key"], "value": "ok" if n else "bad", "photos": [] if n else [0]} for n, one in enumerate(items)
        ],
        "device_at": (now + timedelta(seconds=order)).isoformat(),
        "photos": [{"slot": 0, "sha256": hashlib.sha256(photo).hexdigest(), "bytes": len(photo)}],
    }  # fmt: skip


_small: list[bytes] = []


def picture(phone: int, order: int) -> bytes:
    """A photo as the page sends it: 1600 pixels, some hundred kilobytes, no two alike."""
    from PIL import Image

    if not _small:
        made = io.BytesIO()
        with Image.open(io.BytesIO(phone_picture())) as whole:
            whole.thumbnail((LONGER, LONGER))
            whole.save(made, "JPEG", quality=QUALITY)
        _small.append(made.getvalue())
    return _small[0] + f"{phone}/{order}".encode()


# --- the phones, and whoever looks at pages -----------------------------------------------------------------------------
def walk(out: str, host: str, port: str) -> dict[str, Any]:
    """Every phone hands in at once, each in its order."""
    given = json.loads(Path(out).read_text())
    picture(0, 0)
    statuses: Counter[int] = Counter()
    photos: list[float] = []
    lost: list[str] = []
    ready = threading.Barrier(len(given["phones"]) + 1)

    def hand_in(number: int, phone: dict[str, Any]) -> None:
        link = http.client.HTTPConnection(host, int(port), timeout=120)
        # No Origin: what it must be depends on whether a proxy ends TLS.
        told = {name: value for name, value in browser(phone).items() if name != "Origin"}
        headers = {
            **told, "Referer": f"https://{HOST}/", "X-CSRFToken": phone["csrf"], "X-Standing": phone["standing"],
            "X-Device-Time": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()), "Accept": "application/json",
        }  # fmt: skip
        ready.wait()
        for order, body in enumerate(phone["bodies"]):
            address = f"/api/v1/rounds/{phone['code']}/answers/{uuid.uuid4()}/"
            photo = picture(number, order)
            form = (
                b'--x\r\nContent-Disposition: form-data; name="photo"; filename="0.jpg"\r\n\r\n'
                + photo
                + b"\r\n--x--\r\n"
            )
            for path, content, kind in (
                (address, json.dumps(body).encode(), "application/json"),
                (f"{address}photos/0/", form, "multipart/form-data; boundary=x"),
            ):
                began = time.perf_counter()
                try:
                    link.request("PUT", path, content, {**headers, "Content-Type": kind})
                    answer = link.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException) as error:
                    lost.append(repr(error))
                    link.close()
                    continue
                statuses[answer.status] += 1
                if path != address:
                    photos.append((time.perf_counter() - began) * 1e3)

    threads = [threading.Thread(target=hand_in, args=(n, one)) for n, one in enumerate(given["phones"])]
    for one in threads:
        one.start()
    ready.wait()
    began = time.perf_counter()
    for one in threads:
        one.join()
    return {
        "seconds": time.perf_counter() - began, "statuses": {str(key): many for key, many in statuses.items()},
        "photos": photos, "lost": len(lost),
    }  # fmt: skip


def look(out: str, host: str, port: str, seconds: str) -> dict[str, Any]:
    """Open pages one after the other for so long; with 0 until somebody says that it is enough. Milliseconds of each."""
    one = json.loads(Path(out).read_text())["residents"][0]
    enough = threading.Event()
    if not float(seconds):
        threading.Thread(target=_until_told, args=(enough,), daemon=True).start()
    link = http.client.HTTPConnection(host, int(port), timeout=120)
    times: list[float] = []
    end = time.monotonic() + (float(seconds) or 600)
    while time.monotonic() < end and not enough.is_set():
        for path in ("/", f"/c/{one['code']}/repairs/"):
            began = time.perf_counter()
            link.request("GET", path, headers=browser(one))
            answer = link.getresponse()
            answer.read()
            if answer.status != HTTPStatus.OK:
                raise SystemExit(f"{path}: {answer.status}")
            times.append((time.perf_counter() - began) * 1e3)
        time.sleep(0.02)
    return {"times": times}


def _until_told(enough: threading.Event) -> None:
    sys.stdin.readline()
    enough.set()


def count(out: str) -> dict[str, Any]:
    """What is in the database."""
    import django

    django.setup()
    from rounds.models import Answer, Photo
    from tenancy.scope import scope

    with scope(json.loads(Path(out).read_text())["compound"]):
        return {
            "answers": Answer.objects.filter(state="counted").count(),
            "photos": Photo.objects.filter(file__isnull=False).count(),
        }


if __name__ == "__main__":
    parts: dict[str, Callable[..., Any]] = {"seed": seed, "walk": walk, "look": look, "count": count}
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))
