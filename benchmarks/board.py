"""``board``: one publish to the last of ten thousand sockets, beside nginx's nchan and the least that Python can do.

The portal's own socket server as ``make serve`` starts it, with a session of its own and its rights for every socket; events
are announced and committed as by any action. What is measured:

- fan-out: all servers hold their sockets at the same time and publish in turn, forwards and backwards, so that whatever else
  the machine does falls on all alike: one process (layer in memory) beside nchan with one worker, two processes over Redis,
  announced to by a web process, beside nchan with two; the same bytes from a bare protocol (``bare_board.py``) as the floor;
- while they connect: seconds until all are accepted and until all are admitted, resident memory a socket;
- statements of an event with all readers and with a handful;
- sockets that never read among others (``stalled.py``);
- the server killed under its sockets: all come back at once and are current, with one reading of the topic;
- the weight of a notice's page.

It needs a C compiler; without nginx and its nchan module (Debian: nginx, libnginx-mod-nchan) or without redis-server that
part is left out, and the report says so.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks import stalled
from benchmarks.browser import Browser, Page
from benchmarks.crowd import (
    Crowd,
    Delivered,
    Opened,
    crowd,
    files_allowed,
    handshake,
    hellos,
    masked,
    ports_left,
    program,
    resident,
)
from benchmarks.databases import STATE, Cluster
from benchmarks.measure import Report, free_port, median, say, wait_for_quiet
from benchmarks.oneprocess import weigh
from benchmarks.served import HOST, environment, redis_server
from config.environment import ROOT
from config.serve import Options, command

SOCKETS = 10_000
RETURNING = 5_000
TEXT = 150  # characters beside the number, so that a frame has the 300 bytes of a short notice
FRAME = 300
MISSED = 5  # events that those who come back have missed
TOPIC = "notices"
SPARE = 600  # files of a server beside its sockets

NCHAN = """load_module {modules}/ngx_nchan_module.so;
worker_processes {workers};
worker_rlimit_nofile {files};
daemon off;
pid {home}/pid;
error_log {home}/error.log crit;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  client_body_temp_path {home}/1; proxy_temp_path {home}/2; fastcgi_temp_path {home}/3;
  uwsgi_temp_path {home}/4; scgi_temp_path {home}/5;
  nchan_shared_memory_size 256M;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /live/ws/ {{ nchan_subscriber websocket; nchan_channel_id board; nchan_subscriber_first_message newest; }}
    location = /say {{ nchan_publisher; nchan_channel_id board; nchan_message_buffer_length 1; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What is in the database: see ``board_seed``."""

    compound: int
    code: str
    cookies: list[str]
    notice: str

    @property
    def address(self) -> str:
        """Of the public topic."""
        return f"{self.code}/{TOPIC}"

    def said(self, name: str, count: int, *, after: int | None, served: bool) -> Path:
        """What so many browsers say, each with its own session: from this number on."""
        frame = masked(json.dumps({"type": "subscribe", "topics": {self.address: after}}))
        cookies = self.cookies if served else [one.replace("__Host-session", "sessionid") for one in self.cookies]
        return hellos(name, [(handshake("/live/ws/", HOST, cookie), frame) for cookie in cookies[:count]])


@dataclass(slots=True)
class Case:
    """A server with its sockets, and how it is told to publish."""

    name: str
    crowd: Crowd
    port: int
    pids: list[int]
    opened: Opened = field(default_factory=lambda: Opened(0, 0, 0))
    before: int = 0
    after: int = 0
    rounds: list[Delivered] = field(default_factory=list)

    def connect(self) -> None:
        """Open all sockets, and note time and memory."""
        wait_for_quiet()
        self.before = resident(*self.pids)
        self.opened = self.crowd.open(within=120)
        time.sleep(0.5)
        self.after = resident(*self.pids)
        if self.opened.count < self.crowd.size:
            raise RuntimeError(f"{self.name}: {self.opened.count} of {self.crowd.size} sockets joined")
        say(
            f"  {self.name}: accepted in {self.opened.accepted:.1f} s, joined in {self.opened.joined:.1f} s, "
            f"{self.each:.1f} KiB a socket"
        )

    @property
    def each(self) -> float:
        """KiB a socket."""
        return (self.after - self.before) / self.crowd.size / 1024


def run(report: Report, cluster: Cluster, *, rounds: int, sockets: int = 0) -> None:
    """Everything, in one go."""
    program()
    wanted = sockets or SOCKETS
    possible = min(wanted, files_allowed() - SPARE, ports_left() - SPARE)
    if possible < wanted:
        report.remarks.append(
            f"board: this machine allows {possible} sockets (file limit {files_allowed()}, ports {ports_left()}), not "
            f"{wanted}: raise `ulimit -n` and net.ipv4.ip_local_port_range. The times are of {possible}."
        )
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        if not redis:
            report.remarks.append("board: no redis-server (Debian: apt install redis-server): one process only.")
        seeded, told = seed_board(cluster, redis, possible)
        # Each has its own numbers: a hub that has not heard of another's events would read them first.
        apart = cluster.fresh("bench_board_apart", template="bench_board")
        _fan_out(report, seeded, (apart, told), redis=redis, sockets=possible, rounds=rounds * 5)
        stalled.run(report, seeded.cookies, lambda: socket_server(told, ""), seeded.address, seeded.compound)
        _return(report, seeded, told, min(RETURNING, possible), redis)
        _page(report, seeded, told, redis)


# --- the servers ------------------------------------------------------------------------------------------------------


def seed_board(cluster: Cluster, redis: str, residents: int, *, name: str = "bench_board") -> tuple[Seeded, str]:
    """A database with so many residents, each signed in; what is in it, and its address."""
    say(f"seeding {residents} residents with their sessions")
    database = cluster.fresh(name)
    out = STATE / f"{name}.json"
    line = [sys.executable, "-m", "benchmarks.board_seed", str(out), str(residents)]
    subprocess.run(line, env=environment(database, redis), cwd=ROOT, check=True)
    return Seeded(**json.loads(out.read_text())), database


@contextmanager
def serving(name: str, line: list[str], port: int, told: dict[str, str] | None = None) -> Iterator[int]:
    """A server until the end of the block, up and listening; yields its process id."""
    log = STATE / f"{name}.log"
    with log.open("w") as out:
        process = subprocess.Popen(line, env=told, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"{name} did not start:\n{log.read_text()[-2000:]}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def command_of(role: str, port: int, module: str) -> list[str]:
    """The command of ``make serve``, with the measuring module in place of the portal's own."""
    options = Options(role, "127.0.0.1", port, port, web_workers=1, web_threads=2, task_workers=1)
    return [
        module if part in {"config.asgi:application", "config.wsgi:application"} else part
        for part in command(role, options)
    ]


@contextmanager
def socket_server(database: str, redis: str, *, port: int = 0) -> Iterator[tuple[int, int]]:
    """One socket server: its process and port."""
    port = port or free_port()
    line = command_of("sockets", port, "benchmarks.board_sockets:application")
    with serving(f"sockets-{port}", line, port, environment(database, redis)) as pid:
        ask(port, "/bench/statements")  # the application is loaded
        yield pid, port


@contextmanager
def _nchan(workers: int, sockets: int) -> Iterator[tuple[int, int]]:
    home, port = STATE / f"nchan{workers}", free_port()
    home.mkdir(exist_ok=True)
    config = home / "nginx.conf"
    config.write_text(
        NCHAN.format(
            modules=_modules(),
            workers=workers,
            home=home,
            port=port,
            files=files_allowed(),
            connections=min(files_allowed() - 100, 2 * sockets + SPARE),
        )
    )
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    with serving(f"nchan{workers}", [str(nginx), "-p", str(home), "-c", str(config)], port) as pid:
        yield pid, port


def _modules() -> str:
    """Where nginx's modules are; empty when it, or nchan, is not there."""
    found = os.environ.get("NGINX_MODULES", "/usr/lib/nginx/modules")
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return found if nginx and (Path(found) / "ngx_nchan_module.so").exists() else ""


def ask(port: int, path: str) -> str:
    """What a server answers to a GET."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    answer = link.getresponse()
    content = answer.read().decode()
    link.close()
    if answer.status != 200:  # noqa: PLR2004
        raise RuntimeError(f"{path} answered {answer.status}: {content[:300]}")
    return content


# --- fan-out ----------------------------------------------------------------------------------------------------------


def _fan_out(
    report: Report, seeded: Seeded, databases: tuple[str, str], *, redis: str, sockets: int, rounds: int
) -> None:
    with ExitStack() as stack:
        cases: dict[str, Case] = {}
        apart, database = databases

        def add(name: str, servers: list[tuple[int, int]], said: Path, mark: str, to: int = 0) -> None:
            members = stack.enter_context(crowd([port for _, port in servers], sockets, said, mark=mark))
            cases[name] = Case(name, members, to or servers[0][1], [pid for pid, _ in servers])
            cases[name].connect()

        joins = f'"topic":"{seeded.address}"'
        pid, port = stack.enter_context(socket_server(apart, ""))
        few = _statements_an_event(seeded, port)
        add("one process", [(pid, port)], seeded.said("one", sockets, after=None, served=False), joins)
        many = _statements_an_event(seeded, port)
        bare = hellos("bare", [(handshake("/live/ws/", HOST), b"")])
        port = free_port()
        pid = stack.enter_context(
            serving("bare", [sys.executable, "-m", "benchmarks.bare_board", str(port)], port, environment(database, ""))
        )
        add("floor", [(pid, port)], bare, "")
        if _modules():
            for workers in (1, 2) if redis else (1,):
                add(f"nchan {workers}", [stack.enter_context(_nchan(workers, sockets))], bare, "")
        else:
            report.remarks.append(
                "board: nginx with nchan is not here (Debian: apt install nginx libnginx-mod-nchan): compared with the floor."
            )
        if redis:
            both = [stack.enter_context(socket_server(database, redis)) for _ in range(2)]
            web = free_port()
            line = command_of("web", web, "benchmarks.board_pages:application")
            stack.enter_context(serving("announcer", line, web, environment(database, redis)))
            ask(web, f"/bench/announce?{seeded.compound}&1&1")  # it has its connections
            said = seeded.said("two", sockets, after=None, served=True)
            add("two processes", both, said, joins, web)
        _publish(cases, seeded, rounds)
        _judge(report, cases, sockets, few, many)


def _statements_an_event(seeded: Seeded, port: int) -> int:
    """The least that one announcement took of five: the clock's own statements may fall among them."""
    ask(port, f"/bench/announce?{seeded.compound}&1&1")
    found = []
    for _ in range(5):
        before = int(ask(port, "/bench/statements").split()[0])
        ask(port, f"/bench/announce?{seeded.compound}&1&1")
        found.append(int(ask(port, "/bench/statements").split()[0]) - before)
    return min(found)


def _publish(cases: dict[str, Case], seeded: Seeded, rounds: int) -> None:
    number = 1_000_000
    for turn in range(rounds + 1):
        for name in list(cases) if turn % 2 == 0 else list(cases)[::-1]:
            case = cases[name]
            number += 1
            request = STATE / f"{name.replace(' ', '-')}.request"
            request.write_bytes(_request(name, seeded, number))
            if turn % 5 == 1:
                wait_for_quiet()
            delivered = case.crowd.publish(case.port, request, f'"n":{number}')
            if turn:  # the first warms up
                case.rounds.append(delivered)
            time.sleep(0.15)
        say(f"  {turn} " + ", ".join(f"{n} {c.rounds[-1].last:.0f}" for n, c in cases.items() if c.rounds) + " ms")


def _request(name: str, seeded: Seeded, number: int) -> bytes:
    if name.startswith("nchan"):
        body = f'{{"n":{number},"text":"'.encode()
        body += b"x" * (FRAME - len(body) - 2) + b'"}'
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return f"POST /say HTTP/1.1\r\nHost: {HOST}\r\n{kind}".encode() + body
    asked = f"{number}&{TEXT}" if name == "floor" else f"{seeded.compound}&{number}&{TEXT}"
    return f"GET /bench/announce?{asked} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n\r\n".encode()


def _judge(report: Report, cases: dict[str, Case], sockets: int, few: int, many: int) -> None:
    def ratio(name: str, to: str) -> float:
        # Turn by turn, and the median of those: a slow second of the machine falls on neighbours.
        return median(one.last / other.last for one, other in zip(cases[name].rounds, cases[to].rounds, strict=True))

    if "nchan 1" in cases:
        report.hold(
            f"publish to the last of {sockets} sockets, one process : nchan, 1 worker",
            ratio("one process", "nchan 1"),
            1.3,
        )
    if "nchan 2" in cases:
        report.hold("the same, two processes over Redis : nchan, 2 workers", ratio("two processes", "nchan 2"), 1.1)
    ours = [case for name, case in cases.items() if "process" in name]
    delivered = min(one.got / sockets for case in ours for one in case.rounds)
    report.hold("delivered, of all publishes the worst", delivered * 100, 100, more=True, unit=" %")
    one = cases["one process"]
    report.hold("resident memory an idle socket", max(case.each for case in ours), 25, unit=" KiB")
    scale = SOCKETS / sockets
    report.hold(f"{sockets} connections accepted", one.opened.accepted, 8 / scale, unit=" s")
    report.hold(f"statements of an event with {sockets} readers more than with none", many - few, 0)
    report.table(
        f"{sockets} sockets | first ms | half | 99 % | last | CPU-bound floor : | accepted s | admitted s | KiB a socket | twice",
        [
            [
                name,
                *(
                    f"{median(getattr(one, part) for one in case.rounds):.1f}"
                    for part in ("first", "half", "most", "last")
                ),
                f"{ratio(name, 'floor'):.2f}",
                f"{case.opened.accepted:.1f}",
                f"{case.opened.joined:.1f}" if "process" in name else "",
                f"{case.each:.1f}",
                sum(one.twice for one in case.rounds),
            ]
            for name, case in cases.items()
        ],
    )
    report.remarks.append(
        f"board: an event takes {many} statements in the process that announces it, whoever reads; {len(one.rounds)} publishes "
        "to each server in turn, medians; every socket of ours has a session of its own."
    )


# --- coming back ------------------------------------------------------------------------------------------------------


def _return(report: Report, seeded: Seeded, database: str, count: int, redis: str) -> None:
    """The server is killed under its sockets and started again; all knock at once and have missed some events."""
    with ExitStack() as stack:
        say(f"killing the server under {count} sockets")
        first = ExitStack()
        with first:
            _, port = first.enter_context(socket_server(database, redis))
            for _ in range(MISSED):
                ask(port, f"/bench/announce?{seeded.compound}&1&{TEXT}")
            last = head(database, seeded)
            said = seeded.said("back", count, after=last - MISSED, served=bool(redis))
            mark = f'"topic":"{seeded.address}","seq":{last},"events":[{{"seq":{last - MISSED + 1},'
            members = stack.enter_context(crowd([port], count, said, mark=mark, at_once=count))
            members.open(within=60)
        # Killed with the block: they all notice at once.
        again = ExitStack()
        with again:
            began = time.monotonic()
            starting = _start_later(database, redis, port, again)
            found = members.open(within=60, again=True)
            up = starting()
            _, topics, connections = map(int, ask(port, "/bench/statements").split())
        say(
            f"  {found.count} of {count} current in {found.joined:.1f} s, {topics} readings, server up after {up - began:.1f} s"
        )
        report.hold(f"{count} clients at once after a restart, all current", found.joined, 15, unit=" s")
        report.hold("of them current", 100 * found.count / count, 100, more=True, unit=" %")
        report.hold("readings of the topic for all of them", topics, 1)
        report.remarks.append(
            f"board: after kill -9 the new process listened after {up - began:.1f} s; all {connections} had their {MISSED} "
            f"missed events {found.joined:.1f} s after the kill, each with a session of its own, everyone at once without jitter."
        )


def _start_later(database: str, redis: str, port: int, stack: ExitStack) -> Callable[[], float]:
    """Start the server in a thread, since the crowd is knocking meanwhile; returns what waits for its being up."""
    moment: list[float] = []

    def go() -> None:
        stack.enter_context(socket_server(database, redis, port=port))
        moment.append(time.monotonic())

    thread = threading.Thread(target=go)
    thread.start()

    def wait() -> float:
        thread.join()
        return moment[0]

    return wait


def head(database: str, seeded: Seeded) -> int:
    """The last number of the public topic."""
    with psycopg.connect(database) as connection:
        connection.execute(f"SET LOCAL app.compounds = '{{{seeded.compound}}}'")
        row = connection.execute("SELECT seq FROM live_topichead WHERE topic = %s", [TOPIC]).fetchone()
    return int(row[0]) if row else 0


# --- the page ---------------------------------------------------------------------------------------------------------


class _Signed(Browser):
    """A resident's browser behind the proxy that ends TLS."""

    def __init__(self, port: int, cookie: str) -> None:
        super().__init__(f"http://127.0.0.1:{port}")
        self._told = {"Host": HOST, "Cookie": cookie, "X-Forwarded-Proto": "https"}

    def _send(self, request: urllib.request.Request) -> Page:
        for name, value in self._told.items():
            request.add_header(name, value)
        return super()._send(request)


def _page(report: Report, seeded: Seeded, database: str, redis: str) -> None:
    port = free_port()
    line = command_of("web", port, "benchmarks.board_pages:application")
    with serving("notice", line, port, environment(database, redis)):
        browser = _Signed(port, seeded.cookies[0])
        page = browser.get(seeded.notice)
        if page.status != 200 or TOPIC not in page.url:  # noqa: PLR2004
            raise RuntimeError(f"The notice's page answered {page.status} {page.url}")
        packed, scripts, everything = weigh(browser, page)
    report.hold("notice page, gzip, with the styles and scripts of a first visit", everything, 60, unit=" kB")
    report.remarks.append(
        f"board: the notice's page itself is {len(page.text.encode()) / 1e3:.1f} kB plain, {packed:.1f} kB gzip; of the "
        f"{everything:.1f} kB of a first visit {scripts:.1f} kB are scripts."
    )
