"""``embedded``: the whole portal in one process: how soon it is up, how much memory it takes, how fast a task reaches a socket.

``make run`` as people run it, over a state directory of its own: the first start makes and seeds it, every later one is
timed to its first page. Then a resident and a dispatcher sign in, open their pages, file with a photo of 12 megapixels and
print a work slip, so that every part is loaded before the memory is read.
"""

import asyncio
import contextlib
import gzip
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import websockets
from websockets.typing import Origin

from benchmarks.browser import Browser, Page
from benchmarks.databases import STATE
from benchmarks.measure import Report, free_port, median, say, wait_for_quiet
from benchmarks.photo import phone_picture
from config.embedded import Server
from config.environment import ROOT

HOME = STATE / "embedded"
FIRST_PAGE = "/accounts/login/"
MEGABYTE = 1_000_000
ROUND_TRIPS = 30
APART = 0.1  # the hub gathers what comes within 50 ms into one frame: this is the way of an event that comes alone


def run(report: Report, *, rounds: int) -> None:
    """Start, use, measure; then the way of a task to a socket beside the minimal arrangement."""
    say("making the state of the embedded form")
    with _portal() as (_process, _address, first):
        say(f"  first start: {first:.1f} s")
    starts = []
    for number in range(rounds):
        wait_for_quiet()
        with _portal() as (process, address, seconds):
            starts.append(seconds)
            say(f"  {number + 1} later start: {seconds:.2f} s")
            if number == rounds - 1:
                page, memory, postgres, scripts, everything = _use(process, address)
    report.hold("second make run to first page", median(starts), 6.0, unit=" s")
    report.hold("embedded process after use", memory, 350.0, unit=" MB")
    report.hold("first resident page over the wire, with styles and scripts", everything, 100.0, unit=" kB")
    report.hold("scripts of it", scripts, 40.0, unit=" kB")
    ours, least = _ways(rounds)
    each = [median(one) / median(other) for one, other in zip(ours, least, strict=True)]
    report.hold("task to an open socket : minimal arrangement", median(each), 1.5)
    report.table(
        "embedded | measured",
        [
            ["first start, with database, schema and demonstration", f"{first:.1f} s"],
            ["later starts", ", ".join(f"{one:.2f}" for one in starts) + " s"],
            ["process resident / PostgreSQL beside it (proportional)", f"{memory:.0f} / {postgres:.0f} MB"],
            ["home page itself, gzip", f"{page:.1f} kB"],
            ["task to socket, portal: queued, run, numbered, committed, sent", f"{_ms(ours)} ms"],
            ["task to socket, minimal: queued, run, sent", f"{_ms(least)} ms"],
        ],
    )


def _ms(found: list[list[float]]) -> str:
    return f"{median(median(one) for one in found) * 1e3:.1f}"


@contextmanager
def _portal() -> Iterator[tuple[psutil.Process, str, float]]:
    """``make run`` until the end of the block: the process that serves, its address, seconds to the first page."""
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    told = {**kept, "PORT": str(port), "STATE_DIR": str(HOME)}
    HOME.mkdir(parents=True, exist_ok=True)
    with (STATE / "embedded.log").open("w") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            ["make", "run", f"PYTHON={sys.executable}"],
            cwd=ROOT,
            env=told,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            while not _answers(address):
                if process.poll() is not None:
                    raise RuntimeError(f"make run ended:\n{(STATE / 'embedded.log').read_text()[-3000:]}")
                time.sleep(0.02)
            yield _server(process.pid), address, time.monotonic() - began
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def _answers(address: str) -> bool:
    try:
        return Browser(address).get(FIRST_PAGE).status == 200  # noqa: PLR2004
    except (OSError, http.client.HTTPException):
        return False


def _server(root: int) -> psutil.Process:
    """The process that runs ``config.run``, among ``make`` and what it started."""
    top = psutil.Process(root)
    return next(one for one in [top, *top.children(recursive=True)] if "config.run" in one.cmdline())


def _use(process: psutil.Process, address: str) -> tuple[float, float, float, float, float]:
    """Do what people do; returns page kB, resident MB, PostgreSQL MB, scripts kB, page with everything kB."""
    resident = Browser(address)
    resident.enter()
    home = resident.get("/")
    weight, scripts, everything = weigh(resident, home)
    found = re.search(r'href="/c/([a-z0-9-]+)/repairs/new/"', home.text)
    if found is None:
        raise RuntimeError(f"The resident's home leads to no filing page: {home.url}")
    code = found[1]
    form = resident.get(f"/c/{code}/repairs/new/")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)"[^>]* value="([^"]*)"', form.text))
    fields |= {"csrfmiddlewaretoken": form.token, "category": "water", "place": "public", "place_text": "东门岗亭旁"}
    filed = resident.post(form.url, {**fields, "words": "漏水"}, {"photos": phone_picture()})
    if f"/c/{code}/repairs/" not in filed.url or filed.url.endswith("/new/"):
        raise RuntimeError(f"Filing with a photo led to {filed.status} {filed.url}")
    resident.get(f"/c/{code}/repairs/")
    desk = Browser(address)
    desk.enter("客服调度")
    request = re.search(r'href="(/c/[^"]+/repairs/[^"/]{6,}/)"', _board(desk).text)
    if request is None:
        raise RuntimeError("The dispatcher's board shows no request.")
    page = desk.get(request[1])
    slip = re.search(r'action="(/c/[^"]+/slips/[^"]+/)"', page.text)
    if slip is None:
        raise RuntimeError("The dispatcher's page of a request offers no work slip.")
    sheet = desk.post(slip[1], {"csrfmiddlewaretoken": page.token})
    for _ in range(120):  # the worker prints it meanwhile
        if " download" in desk.get(sheet.url).text:
            break
        time.sleep(0.5)
    else:
        raise RuntimeError(f"The work slip was not printed: {sheet.status} {sheet.url}")
    for browser, path in ((resident, "/accounts/me/"), (resident, "/inbox/"), (desk, f"/c/{code}/parties/")):
        browser.get(path)
    time.sleep(2)
    memory = process.memory_info().rss / MEGABYTE
    postmaster = int((HOME / "pg" / "postmaster.pid").read_text().splitlines()[0])
    family = psutil.Process(postmaster)
    postgres = 0.0
    for one in [family, *family.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            postgres += one.memory_full_info().pss / MEGABYTE  # shared buffers counted once
    return weight, memory, postgres, scripts, everything


def _board(desk: Browser) -> Page:
    """The dispatcher's board; with several compounds the first one's."""
    page = desk.get("/")
    if "/board/" in page.url:
        return page
    found = re.search(r'href="/c/([^/"]+)/', page.text)
    return desk.get(f"/c/{found[1]}/board/") if found else page


def weigh(browser: Browser, page: Page) -> tuple[float, float, float]:
    """Gzipped kB of the page, of its scripts, and of everything that it loads, headers included."""
    itself = len(gzip.compress(page.text.encode(), 6))  # as the web server in front sends it
    assets = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page.text))
    weights, waiting = {}, sorted(assets)
    while waiting:
        path = waiting.pop()
        if path in weights:
            continue
        found = browser.get(path)
        weights[path] = found.wire
        if path.endswith(".js"):  # a module loads its own
            base = path.rsplit("/", 1)[0]
            waiting += [f"{base}/{name}" for name in re.findall(r'from\s*"\./([^"]+\.js)"', found.text)]
    scripts = sum(weight for path, weight in weights.items() if path.endswith(".js"))
    return itself / 1e3, scripts / 1e3, (itself + sum(weights.values())) / 1e3


# --- a task's way to a socket -----------------------------------------------------------------------------------------


def _ways(rounds: int) -> tuple[list[list[float]], list[list[float]]]:
    """Seconds of every round trip, by round: the portal's and the minimal arrangement's, in turn."""
    with ExitStack() as stack:
        server = Server(HOME, say=say)
        stack.callback(server.stop)
        server.start()
        told = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "MALLOC_ARENA_MAX": "2",
        }
        portal = stack.enter_context(
            _uvicorn(
                "benchmarks.portal_process",
                {
                    **told,
                    "GONGZHI_FORM": "embedded",
                    "STATE_DIR": str(HOME),
                    "DATABASE_URL": server.url,
                    "DJANGO_SETTINGS_MODULE": "config.settings",
                },
            )
        )
        minimal = stack.enter_context(_uvicorn("benchmarks.minimal_process", told))
        desk = Browser(f"http://127.0.0.1:{portal}")
        desk.enter("客服调度")
        board = _board(desk)
        found = re.search(r'data-live="([^"/]+)/repairs\.board"', board.text)
        if found is None:
            raise RuntimeError(f"The dispatcher's board watches nothing: {board.url}")
        compound = server_compound(server.url, found[1])
        watch = json.dumps({"type": "subscribe", "topics": {f"{found[1]}/repairs.board": None}})
        ours, least = [], []
        for number in range(rounds):
            wait_for_quiet()
            both: list[Callable[[], None]] = [
                lambda: ours.append(
                    asyncio.run(_round_trips(portal, "/live/ws/", f"?{compound}", watch, desk.cookie_header))
                ),
                lambda: least.append(asyncio.run(_round_trips(minimal, "/ws", "", "", ""))),
            ]
            for go in both if number % 2 == 0 else both[::-1]:
                go()
            say(f"  {number + 1} task to socket: {median(ours[-1]) * 1e3:.1f} / {median(least[-1]) * 1e3:.1f} ms")
        return ours, least


def server_compound(url: str, code: str) -> int:
    """The id of a compound."""
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT id FROM tenancy_compound WHERE code = %s", [code]).fetchone()
    if row is None:
        raise RuntimeError(f"No compound {code}.")
    return int(row[0])


async def _round_trips(port: int, path: str, query: str, watch: str, cookies: str) -> list[float]:
    headers = {"Cookie": cookies} if cookies else {}
    address = f"ws://127.0.0.1:{port}{path}"
    async with websockets.connect(
        address, additional_headers=headers, origin=Origin(f"http://127.0.0.1:{port}"), compression=None
    ) as socket:
        if watch:
            await socket.send(watch)
            await asyncio.wait_for(socket.recv(), 10)  # where the topic stands now
        link = http.client.HTTPConnection("127.0.0.1", port)

        def go() -> None:
            link.request("GET", f"/bench/go{query}")
            link.getresponse().read()

        found = []
        for _ in range(ROUND_TRIPS):
            await asyncio.sleep(APART)
            began = time.perf_counter()
            asking = asyncio.create_task(asyncio.to_thread(go))
            while json.loads(await asyncio.wait_for(socket.recv(), 10))["type"] != "events":
                pass
            found.append(time.perf_counter() - began)
            await asking
        link.close()
        return found


@contextmanager
def _uvicorn(module: str, told: dict[str, str]) -> Iterator[int]:
    """An ASGI server as ``make run`` has it; yields its port."""
    port = free_port()
    line = [sys.executable, "-m", "uvicorn", f"{module}:application", "--port", str(port), "--lifespan", "on"]
    line += [
        "--ws",
        "websockets-sansio",
        "--ws-per-message-deflate",
        "false",
        "--log-level",
        "warning",
        "--no-access-log",
    ]
    log_path = Path(STATE / f"{module.rsplit('.', 1)[1]}.log")
    with log_path.open("w") as log:
        process = subprocess.Popen(line, cwd=ROOT, env=told, stdout=log, stderr=log, start_new_session=True)
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
                    break
                if process.poll() is not None:
                    raise RuntimeError(f"{module} ended:\n{log_path.read_text()[-2000:]}")
                time.sleep(0.1)
            yield port
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
