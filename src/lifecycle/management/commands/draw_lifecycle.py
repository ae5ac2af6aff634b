"""Draw a machine, or keep the drawings under docs/lifecycles true."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifecycle import drawing, registry
from lifecycle.machine import Machine

FORMATS: dict[str, Callable[[Machine], str]] = {
    "md": drawing.page,
    "mermaid": drawing.mermaid,
    "dot": drawing.dot,
    "svg": drawing.svg,
}


def kept(machine: Machine) -> Path:
    """Where a machine's page is kept."""
    return Path(settings.BASE_DIR) / "docs" / "lifecycles" / f"{machine.name}.md"


class Command(BaseCommand):
    help = "画出状态机；--all 更新 docs/lifecycles,--check 核对其是否仍与代码一致。"
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own form

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="状态机名称，例如 repairs.request")
        parser.add_argument("--format", choices=sorted(FORMATS), default="mermaid")
        parser.add_argument("--out", type=Path, metavar="FILE", help="写入文件而不是打印")
        parser.add_argument("--all", action="store_true", help="更新 docs/lifecycles 里的全部图")
        parser.add_argument("--check", action="store_true", help="只核对 docs/lifecycles，不一致时退出码为 1")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        elif options["all"]:
            for machine in registry.machines():
                kept(machine).parent.mkdir(parents=True, exist_ok=True)
                kept(machine).write_text(drawing.page(machine), encoding="utf-8")
        elif options["name"]:
            self._draw(**options)
        else:
            self.stdout.write("\n".join(machine.name for machine in registry.machines()))

    def _draw(self, **options: Any) -> None:
        try:
            machine = registry.machine(options["name"])
        except KeyError:
            known = "、".join(m.name for m in registry.machines())
            raise CommandError(f"没有名为 {options['name']} 的状态机。已有：{known}") from None
        text = FORMATS[options["format"]](machine)
        if options["out"]:
            options["out"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")

    def _check(self) -> None:
        wanted = {kept(machine): drawing.page(machine) for machine in registry.machines()}
        folder = Path(settings.BASE_DIR) / "docs" / "lifecycles"
        there = {path: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
        stale = sorted(path.name for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))
        if stale:
            raise CommandError(f"图已过时：{'、'.join(stale)}。请运行 manage.py draw_lifecycle --all。", returncode=1)
