"""Prove the audit chains whole, or name the first break."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.queries import compounds_to_verify, verify
from tenancy.scope import scope


class Command(BaseCommand):
    help = "逐条核验各小区的留痕链；发现断点时退出码为 1。每行末尾的摘要可另存他处，供日后比对。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--compound", default="", metavar="CODE", help="只核验这个小区")

    def handle(self, *args: Any, **options: Any) -> None:
        compounds = compounds_to_verify(options["compound"])
        if options["compound"] and not compounds:
            raise CommandError(f"没有代码为 {options['compound']} 的小区。", returncode=2)
        for compound_id, code in compounds:
            with scope(compound_id):
                found = verify(compound_id)
            if not found.whole:
                raise CommandError(f"{code}: 第 {found.broken_at} 条断开，{found.reason}。", returncode=1)
            self.stdout.write(f"{code}: {found.entries} 条，完整 {found.digest.hex()}")
