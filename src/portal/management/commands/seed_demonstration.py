"""Make the demonstration, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demonstration.build import build, is_built


class Command(BaseCommand):
    help = "写入演示数据（真实区划，虚构人员）；已有则不变。正式运行时拒绝。"

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SERVED:
            raise CommandError("正式运行中不写入演示数据。")
        if is_built():
            self.stdout.write("演示数据已在。")
            return
        made = build(now=timezone.now())
        self.stdout.write(f"演示数据：小区 {len(made.compounds)},人员 {len(made.people)}。")
