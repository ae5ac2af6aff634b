"""Sets a machine up for the portal: ``python3 -m config.setup base|dev|solver``. Runs before anything is installed.

``base`` is what runs the portal, ``dev`` adds what checks and tests it (and a Chromium for the journeys), ``solver`` is an extra
beside ``base`` that makes rosters best. Each step looks first, so a machine that is ready is done in a few milliseconds.
Standard library only, and readable to an old Python, which must be able to say that it is too old.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHONS = ("python3.13", "python3.12", "python3.11", "python3", "python3.14")
OLDEST = (3, 11)
# What must be there -> the Debian packages that bring it.
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
FONT_NAMES = ("NotoSansCJK*", "NotoSerifCJK*", "PingFang*", "wqy-*")
FONT_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OTHER_SYSTEMS = "Fedora: dnf install pango google-noto-sans-cjk-fonts · Arch: pacman -S pango noto-fonts-cjk"


def say(text: str) -> None:
    """Print one line about a step."""
    print(f"· {text}", flush=True)  # noqa: T201  this program talks to a person


def stop(text: str) -> NoReturn:
    """Give up with a message for the operator."""
    sys.exit(f"\n{text}\n")


def find_python() -> str:
    """Return the command of a Python that is new enough."""
    for name in (sys.executable, *PYTHONS):
        command = shutil.which(name) if name else None
        if not command:
            continue
        question = f"import sys; print(sys.version_info[:2] >= {OLDEST})"
        asked = subprocess.run([command, "-c", question], capture_output=True, text=True, check=False)  # noqa: S603
        if asked.stdout.strip() == "True":
            return command
    wanted = ".".join(map(str, OLDEST))
    stop(
        f"需要 Python {wanted} 或更新版本,这台机器上没有找到 (本机是 {sys.version.split()[0]})。\n"
        f"Python {wanted} or newer is needed and was not found.\n"
        "Debian 12, Ubuntu 24.04 or newer have it: apt install python3 python3-venv"
    )


def can_install() -> list[str] | None:
    """Return the prefix with which system packages may be installed here, or None when they may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    asks = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(asks, capture_output=True, check=False).returncode == 0:  # noqa: S603
        return ["sudo", "-n"]
    return None


def install_packages(packages: list[str], why: str) -> None:
    """Install Debian packages where that is allowed; otherwise say exactly which are missing and stop."""
    names = " ".join(packages)
    prefix = can_install()
    if prefix is None:
        stop(
            f"缺少系统软件包({why}):{names}\n请执行 · please run:  sudo apt-get install {names}\n"
            f"其他系统 · other systems: {OTHER_SYSTEMS}"
        )
    say(f"安装系统软件包 · installing system packages: {names}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, *wait, "install", "--no-install-recommends", *packages]
    if run_quietly(install, fatal=False):
        return
    run_quietly([*apt, "update"], fatal=False)  # the lists may be old or absent
    if not run_quietly(install, fatal=False):
        run_quietly(install, hint=f"请手动安装 · please install by hand: apt-get install {names}")


def run_quietly(command: Sequence[str | Path], *, fatal: bool = True, hint: str = "") -> bool:
    """Run a command without its chatter; show the end of it only when it fails. Returns whether it succeeded."""
    done = subprocess.run(  # noqa: S603  our own commands, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        cwd=ROOT,
    )
    if done.returncode and fatal:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        stop(f"{tail}\n\n失败 · failed: {' '.join(str(part) for part in command)}\n{hint}".rstrip())
    return done.returncode == 0


def set_up_libraries() -> None:
    """System libraries for printing (WeasyPrint); its Chinese faces come with the templates."""
    missing = [package for library, package in LIBRARIES.items() if not ctypes.util.find_library(library)]
    if missing:
        install_packages(missing, "打印 PDF · printing PDFs")


def set_up_environment(python: str) -> None:
    """The virtual environment, made whole: one that an interrupted run left half is made again."""
    if (VENV / "bin" / "python").exists() and run_quietly(
        [VENV / "bin" / "python", "-m", "pip", "--version"], fatal=False
    ):
        return
    say("建立 Python 虚拟环境 · making the virtual environment: .venv")
    make = [python, "-m", "venv", "--clear", str(VENV)]
    if run_quietly(make, fatal=False):
        return
    version = subprocess.run(  # noqa: S603
        [python, "-c", "import sys; print('python%d.%d-venv' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    )
    install_packages([version.stdout.strip()], "虚拟环境 · virtual environments")
    run_quietly(make)


def set_up_requirements(kind: str) -> None:
    """The pinned requirements, by their hashes. A stamp remembers what is installed, so a second run asks nobody."""
    stamp = VENV / f"installed-{kind}"
    if stamp.exists() and stamp.read_text() == stamp_of(kind):
        return
    set_up_environment(find_python())
    say(f"安装 Python 依赖 · installing requirements/{kind}.txt")
    pip: list[str | Path] = [
        VENV / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",  # most modules are never imported; those that are compile themselves
    ]
    run_quietly(
        [*pip, "--no-deps", "--require-hashes", "-r", ROOT / "requirements" / f"{kind}.txt"],
        hint="请检查网络后重试 · check the network and try again",
    )
    if kind == "dev":  # it holds all of these, at the same versions
        for part in ("base", "solver"):
            (VENV / f"installed-{part}").write_text(stamp_of(part))
    stamp.write_text(stamp_of(kind))


def stamp_of(kind: str) -> str:
    """What is installed: which requirements, into which Python (an upgrade of the system's leaves the environment empty)."""
    locked = ROOT / "requirements" / f"{kind}.txt"
    return f"{hashlib.sha256(locked.read_bytes()).hexdigest()} {os.path.realpath(VENV / 'bin' / 'python')}"


def set_up_browser() -> None:
    """A Chromium for the journeys, what its driver needs, a Chinese face for its pictures; and a reader of printed PDFs."""
    missing = [] if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    if not ctypes.util.find_library("atomic"):
        missing.append("libatomic1")  # the driver's Node
    places = [Path(place) for place in FONT_PLACES if Path(place).is_dir()]
    if not any(next(place.rglob(pattern), None) for place in places for pattern in FONT_NAMES):
        missing.append("fonts-noto-cjk")
    if not shutil.which("pdftoppm"):
        missing.append("poppler-utils")
    if missing:
        install_packages(missing, "浏览器和打印的测试 · tests in a browser and of printing")


def compile_messages() -> None:
    """Translations, when a catalogue is newer than its compiled form."""
    for source in (ROOT / "locale").glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            run_quietly([VENV / "bin" / "python", "-m", "config.messages", "compile"])
            return


def main(kind: str) -> None:
    """Set up ``base`` or ``dev``, or ``solver`` beside ``base``."""
    os.environ.pop("PYTHONPATH", None)
    if kind == "solver":
        set_up_requirements("base")
    set_up_requirements(kind)
    set_up_libraries()
    if kind == "dev":
        set_up_browser()
    compile_messages()


if __name__ == "__main__":
    if sys.argv[1:] not in (["base"], ["dev"], ["solver"]):
        sys.exit("usage: python3 -m config.setup base|dev|solver")
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("\n已中断 · interrupted")
