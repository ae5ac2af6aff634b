"""Reads the environment into typed values, and says in one message everything that is missing or unsafe."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import environ

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Environment:
    """What the settings need from outside.

    ``form`` is ``embedded`` (``make run``), ``served`` (``make serve``) or ``test``. ``problems`` lists, in the operator's
    words, every reason why the served form must not start.
    """

    form: str
    state_dir: Path
    env: Any
    problems: list[str] = field(default_factory=list)

    @property
    def served(self) -> bool:
        """Whether this is the served form."""
        return self.form == "served"

    def required(self, name: str, why: str, *, default: str = "") -> str:
        """Return a variable; in the served form its absence is a problem."""
        value: str = self.env.str(name, default="")
        if not value and self.served:
            self.problems.append(f"{name}: {why}")
        return value or default

    def secret(self, name: str, *, length: int = 50) -> str:
        """Return a secret from the environment or, embedded, one kept in the state directory (mode 0600)."""
        value: str = self.env.str(name, default="")
        if value:
            if self.served and len(value) < length:
                self.problems.append(f"{name}: 太短,至少 {length} 个字符。")
            return value
        if self.served:
            self.problems.append(
                f"{name}: 未设置。可用 python -c 'import secrets; print(secrets.token_urlsafe(50))' 生成。"
            )
            return "unset"
        if self.form == "test":
            return f"test-only-{name}-0123456789-0123456789-0123456789"
        path = self.state_dir / "secrets" / name.lower()
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(length))
            fresh.rename(path)
        return path.read_text().strip()


def read() -> Environment:
    """Read the process's environment."""
    env = environ.Env()
    form = env.str("GONGZHI_FORM", default="embedded")
    if form not in {"embedded", "served", "test"}:
        raise SystemExit(f"GONGZHI_FORM={form}: 只能是 embedded、served 或 test。")
    state_dir = Path(env.str("STATE_DIR", default=str(ROOT / "var"))).resolve()
    return Environment(form=form, state_dir=state_dir, env=env)
