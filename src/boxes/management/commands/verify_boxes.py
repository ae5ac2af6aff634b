"""``manage.py verify_boxes [--compound CODE] [--box NAME --head NUMBER:HASH]``: whether the boxes are as they were."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from boxes.actions.verifying import Finding, verify, verify_all
from boxes.models import Box
from tenancy.models import Compound
from tenancy.scope import scope

WORDS = {
    "chain_broken": "链条断开 · the chain breaks",
    "head_differs": "与公布的链头不符 · not the head that was published",
    "head_beyond": "公布过的链头已不在表里，可能从备份恢复过 · a published head is gone: a restore?",
    "rights_differ": "用过的权与链不符 · the rights used are not those of the chain",
}


class Command(BaseCommand):
    """Walks every chain and holds it against every published head; ends with 1 when something does not hold."""

    help = "Check every ballot box: its chain, its published heads, its rights."

    def add_arguments(self, parser: CommandParser) -> None:
        """A compound, or a box with a head that somebody wrote down."""
        parser.add_argument("--compound", help="code of one compound; all of them without it")
        parser.add_argument("--box", help="name of a box, as the public page has it")
        parser.add_argument("--head", action="append", default=[], help="NUMBER:HASH as somebody wrote it down")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check and say."""
        codes = [options["compound"]] if options["compound"] else list(Compound.objects.values_list("code", flat=True))
        known = [self._head(one) for one in options["head"]]
        total, found, seen = 0, list[Finding](), False
        for code in codes:
            compound = Compound.objects.filter(code=code).first()
            if compound is None:
                raise CommandError(f"没有这个小区 · no such compound: {code}")
            with scope(compound.pk):
                if options["box"]:
                    box = (
                        Box.objects.select_related("poll").filter(compound_id=compound.pk, name=options["box"]).first()
                    )
                    if box is None:
                        continue
                    count, wrong = 1, verify(box, known=known)
                    seen = True
                else:
                    count, wrong = verify_all(compound.pk)
            total += count
            found += wrong
        if options["box"] and not seen:
            raise CommandError(f"没有这个票箱 · no such box: {options['box']}")
        for one in found:
            self.stdout.write(f"{one.box} #{one.number}: {WORDS[one.code]}")
        self.stdout.write(f"{total} 个票箱，{len(found)} 处不符 · {total} boxes, {len(found)} wrong")
        if found:
            raise SystemExit(1)

    def _head(self, text: str) -> tuple[int, str]:
        number, _, digest = text.partition(":")
        if not number.isdecimal() or not digest:
            raise CommandError("--head NUMBER:HASH")
        return int(number), digest.lower()
