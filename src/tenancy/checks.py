"""System checks that refuse to start on a database where isolation would be an accident."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def unprivileged_role(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Refuse a database role that skips row-level security (superuser or BYPASSRLS)."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            role, skips = cursor.fetchone()
        if skips:
            found.append(
                Error(
                    f"数据库角色 {role} 是超级用户或带有 BYPASSRLS,行级隔离对它无效。",
                    hint="请使用 NOSUPERUSER NOBYPASSRLS 的角色连接数据库 (DATABASE_URL)。",
                    id="tenancy.E001",
                )
            )
    return found
