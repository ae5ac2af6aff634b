"""``http``: filing, lists and board of the served form beside the floor and django-helpdesk, one WSGI worker each.

The three servers run all the time, one is asked at a time, in turn. What is asked:

- filing a repair without photo by the page's own form, with session, CSRF and a new idempotency key each time (302),
  against django-helpdesk's public form (302), both encoded as a browser does (multipart: both forms take files);
- filing by the REST API (201) against django-helpdesk's (201);
- a resident's home and own list, and the dispatch board, against the floor's page of 20 rows.
"""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.databases import STATE, Cluster
from benchmarks.load import KEY, WRK, Round, Shot, fire, form
from benchmarks.measure import CALM, Meter, Report, free_port, median, patience, say, wait_for_quiet
from config.environment import ROOT
from config.serve import Options, command

HERE = Path(__file__).resolve().parent
HOST = "bench.example"
THREADS = 2  # of each server: what `make serve` has by default
WORDS = "厨房水管漏水,从昨天晚上开始一直在滴,请尽快来看一下"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to ask of one server, with the status that proves the work was done."""

    name: str
    server: str
    shots: list[Shot]
    status: int


def run(report: Report, cluster: Cluster, *, rounds: int, seconds: float, requests: int) -> None:
    """Seed, start, measure, hold against the targets."""
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        cases, servers = [], {}
        for make in (floor, _product, _helpdesk):
            found, name, line, environment = make(cluster, redis, requests)
            cases += found
            servers[name] = stack.enter_context(serving(name, line, environment))
        for case in cases:
            _prove(case, servers[case.server][1])
        found_rounds = _measure(cases, servers, cluster.pid, rounds=rounds, seconds=seconds)
    _judge(report, cases, found_rounds)
    report.remarks.append(
        f"http: load by {'wrk' if WRK else 'the Python generator'}, 16 connections, 1 worker with {THREADS} threads for every "
        f"server; cache and sessions in {'Redis' if redis else 'the process (no redis-server found)'}; "
        f"{requests} requests in 50 compounds; {rounds} rounds of {seconds:g} s."
    )


# --- the three servers ------------------------------------------------------------------------------------------------


def environment(database: str, redis: str) -> dict[str, str]:
    """The environment of the served form, as behind a proxy that ends TLS; without Redis the same settings, cache in memory."""
    (STATE / "served").mkdir(parents=True, exist_ok=True)
    told = {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "STATE_DIR": str(STATE / "served"),
        "ALLOWED_HOSTS": HOST,
        "SECRET_KEY": "b" * 60,
        "PERSONAL_KEYS": "c" * 60,
    }
    if redis:
        told |= {
            "GONGZHI_FORM": "served",
            "REDIS_URL": f"{redis}/0",
            "CELERY_BROKER_URL": f"{redis}/1",
            "SMS_BACKEND": "console",
            "SMS_ALLOW_UNSENT": "1",
        }
    else:
        told |= {"GONGZHI_FORM": "embedded", "DEMONSTRATION": "0"}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **told}


def seed(cluster: Cluster, redis: str, requests: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Make the product's database; returns the sessions (see ``benchmarks.seed``) and the server's environment."""
    say(f"seeding {requests} requests in 50 compounds")
    told = environment(cluster.fresh("bench_product"), redis)
    out = STATE / "sessions.json"
    subprocess.run(
        [sys.executable, "-m", "benchmarks.seed", str(out), "--requests", str(requests)],
        env=told,
        cwd=ROOT,
        check=True,
    )
    return json.loads(out.read_text()), told


def _product(cluster: Cluster, redis: str, requests: int) -> tuple[list[Case], str, list[str], dict[str, str]]:
    sessions, told = seed(cluster, redis, requests)
    options = Options("web", "127.0.0.1", 0, 0, web_workers=1, web_threads=THREADS, task_workers=1)
    residents, dispatchers = sessions["residents"], sessions["dispatchers"]
    filing = [
        form(
            f"/c/{one['code']}/repairs/new/",
            {
                "csrfmiddlewaretoken": one["csrf"],
                "idempotency_key": KEY,
                "filer": one["person"],
                "category": "water",
                "place": "home",
                "home": one["home"],
                "place_text": "",
                "words": WORDS,
                "wanted_time": "",
            },
            browser(one),
            multipart=True,
        )
        for one in residents
    ]
    calls = [
        Shot(
            f"/api/v1/compounds/{one['code']}/repairs/",
            "POST",
            {
                **browser(one),
                "Content-Type": "application/json",
                "X-CSRFToken": one["csrf"],
                "Idempotency-Key": KEY,
            },
            json.dumps({"category": "water", "place": "home", "home": one["home"], "words": WORDS}, ensure_ascii=False),
        )
        for one in residents
    ]
    own = [Shot(f"/c/{one['code']}/repairs/", headers=browser(one)) for one in residents]
    board = [Shot(f"/c/{one['code']}/board/", headers=browser(one)) for one in dispatchers]
    cases = [
        Case("home", "product", [Shot("/", headers=browser(one)) for one in residents], 200),
        Case("own list", "product", own, 200),
        Case("dispatch board", "product", board, 200),
        Case("filing by form", "product", filing, 302),
        Case("filing by API", "product", calls, 201),
    ]
    return cases, "product", command("web", options), told


def browser(session: dict[str, Any]) -> dict[str, str]:
    """The headers that a browser sends with a session of ``benchmarks.seed``."""
    return {
        "Host": HOST,
        "Cookie": session["cookie"],
        "X-Forwarded-Proto": "https",
        "Origin": f"https://{HOST}",
        "Accept-Language": "zh-CN",
    }


def floor(cluster: Cluster, _redis: str, _requests: int) -> tuple[list[Case], str, list[str], dict[str, str]]:
    say("making the floor")
    told = {**os.environ, "FLOOR_DSN": cluster.fresh("bench_floor"), "PYTHONDONTWRITEBYTECODE": "1"}
    cookie, token = _setup(sys.executable, "floor.py", told)
    fields = {"csrfmiddlewaretoken": token, "title": "Lift stuck on floor 7", "body": "Stuck since eight o'clock"}
    shots = {
        name: [
            form(f"/{name}", {**fields, "compound": n}, {"Cookie": cookie}, multipart=False) for n in range(1, 1001, 20)
        ]
        for name in ("file", "json")
    }
    cases = [Case("floor page", "floor", shots["file"], 200), Case("floor JSON", "floor", shots["json"], 200)]
    return cases, "floor", _granian(sys.executable, "floor:application"), told


def _helpdesk(cluster: Cluster, _redis: str, _requests: int) -> tuple[list[Case], str, list[str], dict[str, str]]:
    python = str(_peer_python())
    say("making django-helpdesk's database")
    told = {**os.environ, "HELPDESK_DSN": cluster.fresh("bench_helpdesk"), "PYTHONDONTWRITEBYTECODE": "1"}
    told.pop("PYTHONPATH", None)
    cookie, token, queue = _setup(python, "helpdesk_peer.py", told)
    public = next(part for part in cookie.split("; ") if part.startswith("csrf"))
    filing = form(
        "/tickets/submit/",
        {
            "csrfmiddlewaretoken": token,
            "queue": queue,
            "priority": 3,
            "submitter_email": "owner@example.org",
            "title": "厨房水管漏水",
            "body": WORDS,
        },
        {"Cookie": public},
        multipart=True,
    )
    call = Shot(
        "/api/tickets/",
        "POST",
        {"Cookie": cookie, "X-CSRFToken": token, "Content-Type": "application/json"},
        json.dumps(
            {
                "queue": int(queue),
                "title": "厨房水管漏水",
                "description": WORDS,
                "priority": 3,
                "submitter_email": "owner@example.org",
                "resolution": "",
                "status": 1,
            },
            ensure_ascii=False,
        ),
    )
    cases = [Case("helpdesk form", "helpdesk", [filing], 302), Case("helpdesk API", "helpdesk", [call], 201)]
    return cases, "helpdesk", _granian(python, "helpdesk_peer:application"), told


def _peer_python() -> Path:
    """The interpreter of django-helpdesk's own environment, made the first time from requirements/bench.txt."""
    wanted = ROOT / "requirements" / "bench.txt"
    home = STATE / "peer"
    stamp = home / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        say("installing django-helpdesk")
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(wanted)], check=True)
        stamp.write_text(wanted.read_text())
    return home / "bin" / "python"


def _setup(python: str, script: str, told: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [python, str(HERE / script), "setup"], env=told, cwd=HERE, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{script} setup:\n{done.stderr}")
    cookie, *others = done.stdout.strip().splitlines()[-1].rsplit(" ", 2 if "helpdesk" in script else 1)
    return [cookie, *others]


def _granian(python: str, application: str) -> list[str]:
    options = ["--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--port", "0", "--workers", "1"]
    more = ["--backlog", "4096", "--blocking-threads", str(THREADS), "--log-level", "error", "--no-access-log"]
    return [python, "-m", "granian", application, *options, *more]


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis of our own, kept in memory; empty when the machine has none."""
    program = shutil.which("redis-server")
    if program is None:
        yield ""
        return
    port = free_port()
    line = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def serving(name: str, line: list[str], told: dict[str, str]) -> Iterator[tuple[int, str]]:
    """A server until the end of the block: its process and address."""
    port = free_port()
    line = [str(port) if before == "--port" else part for before, part in zip(["", *line], line, strict=False)]
    log = (STATE / f"{name}.log").open("w")
    where = HERE if name in {"floor", "helpdesk"} else ROOT
    process = subprocess.Popen(line, env=told, cwd=where, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                link.request("GET", "/livez", headers={"Host": HOST})
                link.getresponse().read()
                break
            if process.poll() is not None:
                break
            time.sleep(0.1)
        if process.poll() is not None:
            raise RuntimeError(f"{name} did not start:\n{(STATE / f'{name}.log').read_text()[-2000:]}")
        yield process.pid, address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


# --- asking -----------------------------------------------------------------------------------------------------------


def _prove(case: Case, address: str) -> None:
    """Send one by hand and look at the answer, so that nothing fast and empty is measured."""
    target, shot = urlsplit(address), case.shots[0]
    key = secrets.token_hex(12)
    link = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
    headers = {name: value.replace(KEY, key) for name, value in shot.headers.items()}
    link.request(shot.method, shot.path, shot.body.replace(KEY, key).encode() or None, headers)
    answer = link.getresponse()
    content = answer.read()
    say(f"{case.name}: {answer.status} {answer.headers.get('Location', '')} {len(content)} bytes")
    if answer.status != case.status:
        raise RuntimeError(f"{case.name} answered {answer.status}, not {case.status}:\n{content[:1500].decode()}")


@dataclass(frozen=True, slots=True)
class Seen:
    """One round of one case, with processor milliseconds a request of the server and of PostgreSQL."""

    load: Round
    server: float
    postgres: float
    others: float


def _measure(
    cases: list[Case], servers: dict[str, tuple[int, str]], postgres: int, *, rounds: int, seconds: float
) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = {case.name: [] for case in cases}
    for case in cases:
        fire(servers[case.server][1], case.shots, seconds=2)
    for number in range(rounds):
        for case in cases if number % 2 == 0 else cases[::-1]:
            pid, address = servers[case.server]
            for _attempt in range(3 if patience() else 1):
                wait_for_quiet()
                meter = Meter(server=pid, postgres=postgres)
                load = fire(address, case.shots, seconds=seconds)
                spent = meter.stop()
                if spent["others"] < CALM:
                    break
            each = 1e3 / max(1, load.requests)
            seen = Seen(load, spent["server"] * each, spent.get("postgres", 0.0) * each, spent["others"])
            found[case.name].append(seen)
            say(f"  {number + 1} {case.name}: {load.per_second:.0f}/s, p99 {load.p99:.0f} ms, {load.bad} bad")
    return found


def _judge(report: Report, cases: list[Case], found: dict[str, list[Seen]]) -> None:
    speed = {name: median(one.load.per_second for one in seen) for name, seen in found.items()}

    def ratio(name: str, to: str) -> float:
        # Round by round, and the median of those: a slow minute of the machine falls on both.
        pairs = zip(found[name], found[to], strict=True)
        return median(one.load.per_second / other.load.per_second for one, other in pairs)

    def late(name: str, to: str, part: str) -> float:
        return median(getattr(one.load, part) for one in found[name]) / median(
            getattr(one.load, part) for one in found[to]
        )

    def cheaper(name: str, than: str) -> float:
        # What a worker that has a core to itself would come to: the load of others hardly moves it.
        return median(one.server for one in found[name]) / median(one.server for one in found[than])

    report.hold("filing by form : django-helpdesk's form", ratio("filing by form", "helpdesk form"), 1.3, more=True)
    report.hold(
        "filing by API : django-helpdesk's API", ratio("filing by API", "helpdesk API"), 3.5, more=True, defect=2.0
    )
    report.hold("filing by form, p99 : floor page's", late("filing by form", "floor page", "p99"), 1.4)
    report.hold("filing by API, p99 : floor page's", late("filing by API", "floor page", "p99"), 1.4)
    report.hold("home : floor page", ratio("home", "floor page"), 0.9, more=True, defect=0.6)
    report.hold("own list : floor page", ratio("own list", "floor page"), 0.9, more=True, defect=0.6)
    report.hold("dispatch board, p95 : floor page's", late("dispatch board", "floor page", "p95"), 2.5)
    report.remarks.append(
        "http, by processor time of the server alone: filing by form "
        f"{cheaper('helpdesk form', 'filing by form'):.2f}x django-helpdesk's form, by API "
        f"{cheaper('helpdesk API', 'filing by API'):.2f}x its API; home {cheaper('floor page', 'home'):.2f}x, own list "
        f"{cheaper('floor page', 'own list'):.2f}x the floor page; the board costs "
        f"{cheaper('dispatch board', 'floor page'):.2f} floor pages."
    )
    report.table(
        "served form, one worker | requests/s | p50 ms | p95 ms | p99 ms | bad | server CPU ms | PostgreSQL CPU ms "
        "| others' cores | : floor page | : floor page by server CPU",
        [
            [
                case.name,
                f"{speed[case.name]:.0f}",
                *(f"{median(getattr(one.load, part) for one in seen):.1f}" for part in ("p50", "p95", "p99")),
                sum(one.load.bad for one in seen),
                *(f"{median(getattr(one, part) for one in seen):.2f}" for part in ("server", "postgres", "others")),
                f"{ratio(case.name, 'floor page'):.2f}",
                f"{cheaper('floor page', case.name):.2f}",
            ]
            for case in cases
            for seen in [found[case.name]]
        ],
    )
