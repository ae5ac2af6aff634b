"""Every check that is not a test, two at a time: ``python -m config.check``. Quiet where all is well."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.environment import ROOT

MANAGE = (sys.executable, "-W", "ignore", "manage.py")
CHECKS: dict[str, tuple[str, ...]] = {
    "types": ("mypy",),
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "floors": ("lint-imports",),
    # Lint only: djLint's formatter breaks lines inside sentences, and between Chinese characters a line break is a blank.
    "template lint": ("djlint", "templates", "--lint", "--quiet"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "system": (*MANAGE, "check", "--fail-level", "WARNING"),
    "translations": (sys.executable, "-m", "config.messages", "check"),
}


def run(name: str, command: tuple[str, ...]) -> tuple[str, int, str, float]:
    """Run one check; return its name, exit status, output and seconds."""
    tools = str(Path(sys.executable).parent)
    environment = os.environ | {
        "GONGZHI_FORM": "test",
        # Nothing here asks a database; an address that answers nobody proves it.
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603  the table above
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return name, done.returncode, done.stdout, time.monotonic() - started


def main() -> int:
    """Run all; print a line for each and the whole output of those that fail. Returns the exit status."""
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, status, output, seconds in pool.map(lambda item: run(*item), CHECKS.items()):
            sys.stdout.write(f"{'ok  ' if status == 0 else 'FAIL'} {name} ({seconds:.1f} s)\n")
            if status:
                failed.append(name)
                sys.stdout.write(output.rstrip() + "\n")
            sys.stdout.flush()
    sys.stdout.write(
        f"{'check: all ' + str(len(CHECKS)) + ' passed' if not failed else 'check: failed: ' + ', '.join(failed)}\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
