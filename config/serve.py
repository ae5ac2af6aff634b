"""``make serve``: the served form, configured by the environment alone.

Pages and API by granian (WSGI), what phones hand in by another, sockets by one uvicorn (ASGI), a Celery worker and beat.
Under one supervisor by default, so that a machine without containers has one thing to start and to watch; with ROLE each
part alone, as in ``docker/``.

ROLE     all (default) | web | uploads | sockets | worker | beat | migrate (bring the database up to the program and end)
HOST     where to listen (127.0.0.1)            PORT / SOCKETS_PORT   pages and API (8000) / sockets (PORT + 1)
UPLOADS_PORT   answers and photos of walks (PORT + 2): a lane of their own, so that pages do not wait behind them
WEB_WORKERS, WEB_THREADS   processes (cores) and threads in each (2)    TASK_WORKERS   tasks at a time (2)
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from types import FrameType

from config.environment import ROOT
from config.state import Trouble

ROLES = ("all", "web", "uploads", "sockets", "worker", "beat", "migrate")
PATIENCE = 30.0  # seconds for a part to finish what it does
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
# Where the processor is short, somebody looks at a page and a phone waits by itself.
BEHIND_PAGES = "5"


@dataclass(frozen=True, slots=True)
class Options:
    """How the parts are laid out, from the environment."""

    role: str
    host: str
    port: int
    sockets_port: int
    web_workers: int
    web_threads: int
    task_workers: int
    uploads_port: int = 0


def read_options() -> Options:
    """Read the environment; raise Trouble with everything that is wrong at once."""
    problems = []

    def number(name: str, default: int, *, most: int = 65535) -> int:
        told = os.environ.get(name) or str(default)
        if told.isdecimal() and 0 < int(told) <= most:
            return int(told)
        problems.append(f"{name}={told}: 应为 1 到 {most} 的数字 · must be a number from 1 to {most}")
        return default

    role = os.environ.get("ROLE") or "all"
    if role not in ROLES:
        problems.append(f"ROLE={role}: 应为 · must be one of {', '.join(ROLES)}")
    port = number("PORT", 8000)
    options = Options(
        role=role,
        host=os.environ.get("HOST") or "127.0.0.1",
        port=port,
        sockets_port=number("SOCKETS_PORT", port + 1),
        web_workers=number("WEB_WORKERS", os.cpu_count() or 1, most=256),
        web_threads=number("WEB_THREADS", 2, most=64),
        task_workers=number("TASK_WORKERS", 2, most=256),
        uploads_port=number("UPLOADS_PORT", port + 2),
    )
    if problems:
        raise Trouble("\n".join(problems))
    return options


def command(role: str, options: Options) -> list[str]:
    """The command line of one part."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "config.celery", "--quiet"]
    granian = [
        *(*python, "granian", "config.wsgi:application", "--interface", "wsgi", "--no-ws"),
        *("--host", options.host, "--backlog", "4096", "--blocking-threads", str(options.web_threads)),
        *("--respawn-failed-workers", "--log-level", "warning", "--workers-kill-timeout", "20"),
    ]
    nice = shutil.which("nice")
    commands = {
        "web": [*granian, "--port", str(options.port), "--workers", str(options.web_workers)],
        "uploads": [
            *((nice, "-n", BEHIND_PAGES) if nice else ()),
            *(*granian, "--port", str(options.uploads_port), "--workers", "1"),
        ],
        "sockets": [
            *(
                *python,
                "uvicorn",
                "config.asgi:application",
                "--host",
                options.host,
                "--port",
                str(options.sockets_port),
            ),
            *("--http", "live.wire:Door", "--ws", "live.wire:Protocol"),
            *("--ws-per-message-deflate", "false", "--ws-max-size", "8192"),
            *("--ws-ping-interval", "60", "--ws-ping-timeout", "30", "--backlog", "4096"),
            *("--lifespan", "off", "--no-access-log", "--no-server-header", "--log-level", "warning"),
            *("--no-proxy-headers", "--timeout-graceful-shutdown", "10"),
        ],
        "worker": [
            *(*celery, "worker", "--concurrency", str(options.task_workers), "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle"),
        ],
        # Due times come from rows, so the clock keeps nothing on disk.
        "beat": [*celery, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "WARNING"],
    }
    return commands[role]


def prepare(role: str) -> None:
    """Refuse what is missing or unsafe; ``migrate`` brings database, holidays and assets up to the program, the others look."""
    import django

    django.setup()  # the settings end the process with a list of everything that is missing
    from config import prepare as preparation

    preparation.reach_database()
    try:
        if role == "migrate":
            # Asked for: the holidays of a year that this version brings are entered even when no table changed.
            preparation.prepare(["migrate", *preparation.pending()])
            return
        preparation.check()
        behind = preparation.pending_migrations()
    finally:
        preparation.disconnect()
    if behind:
        raise Trouble(
            f"数据库比程序旧,还差 {len(behind)} 步,请先执行:\n"
            f"The database is {len(behind)} steps behind the program, run first:\n  make serve ROLE=migrate"
        )
    if role in {"all", "web", "uploads"} and not preparation.are_assets_current():
        preparation.collect_assets()


class Supervisor:
    """The five parts as children: when one ends, all end, so that whoever watches us starts the whole again."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked = False

    def run(self) -> int:
        """Start all, wait for the first to end or for a signal, stop the others. Returns the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)
        for role in ("web", "uploads", "sockets", "worker", "beat"):
            self.children[role] = subprocess.Popen(  # noqa: S603  the table above
                command(role, self.options),
                cwd=ROOT,
                # Ctrl-C reaches us alone, and we tell the children once; should we be killed, the kernel tells them.
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  no threads yet
            )
        _say(
            f"  共治(服务形态)· Gongzhi, served form:  {self.options.host}:{self.options.port}"
            f"  ·  /live/ws/ → {self.options.host}:{self.options.sockets_port}"
            f"  ·  /api/v1/(rounds|posting)/*/answers/ → {self.options.host}:{self.options.uploads_port}"
        )
        ended = None
        while not self.asked and ended is None:
            time.sleep(0.2)
            ended = next((role for role, child in self.children.items() if child.poll() is not None), None)
        if ended and not self.asked:
            _say(
                f"{ended} 意外结束,全部停止 · {ended} ended with status {self.children[ended].returncode}, stopping all"
            )
        self._stop()
        return 0 if self.asked else 1

    def _ask(self, number: int, _: FrameType | None) -> None:
        self.asked = True

    def _stop(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for role, child in self.children.items():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _say(f"{role} 没有按时结束 · {role} did not end in time")
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Entry point of ``python -m config.serve``; returns the exit status."""
    os.umask(0o077)
    os.environ["GONGZHI_FORM"] = "served"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    os.chdir(ROOT)
    try:
        options = read_options()
        prepare(options.role)
    except Trouble as trouble:
        sys.stderr.write(f"\n{trouble}\n\n")
        return 1
    if options.role == "migrate":
        return 0
    if options.role == "all":
        return Supervisor(options).run()
    line = command(options.role, options)
    return os.execv(line[0], line)  # noqa: S606  in a container the part itself must get the signals


if __name__ == "__main__":
    sys.exit(main())
