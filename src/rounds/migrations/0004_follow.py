from typing import Any

from django.db import migrations, models

import tenancy.operations
from tenancy.scope import across_tenants

# Routes that somebody put in an order of their own keep it; and what was registered since plans were last made is taken up.
ORDERED = """
UPDATE rounds_route AS r SET by_hand = true
FROM audit_entry AS e
WHERE e.compound_id = r.compound_id AND e.verb = 'rounds.route' AND e.target = 'rounds.route:' || r.id AND e.changes ? 'order'
"""
MOVED = "UPDATE rounds_horizon SET register_moved_at = now()"


def mark(_apps: Any, schema_editor: Any) -> None:
    """Say what was done by hand, and that every register is to be looked at once."""
    with (
        across_tenants(reason="routes in an order of somebody's own, plans that follow their register"),
        schema_editor.connection.cursor() as cursor,
    ):
        cursor.execute(ORDERED)
        cursor.execute(MOVED)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("rounds", "0003_report"),
    ]

    operations = [
        tenancy.operations.AtOnce(
            operations=[
                migrations.AddField(
                    model_name="horizon", name="register_moved_at", field=models.DateTimeField(null=True)
                ),
                migrations.AddField(
                    model_name="route", name="by_hand", field=models.BooleanField(db_default=False, default=False)
                ),
            ],
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
