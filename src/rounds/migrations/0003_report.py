from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
import tenancy.operations
from tenancy.scope import across_tenants

# Until now a month's report was known by its title alone.
FIND = """
INSERT INTO rounds_report (compound_id, month, notice_id, made_at, made_as)
SELECT n.compound_id, make_date(split_part(n.title, '年', 1)::int, split_part(split_part(n.title, '年', 2), '月', 1)::int, 1),
  n.id, n.created_at, n.label
FROM notices_notice n
WHERE n.matter = 'safety' AND n.side = 'company' AND n.title ~ '^20[0-9]{2}年([1-9]|1[0-2])月消防安全情况报告$'
"""


def find(_apps: Any, schema_editor: Any) -> None:
    """Give the reports that there are their rows."""
    with (
        across_tenants(reason="monthly fire reports by a reference of their own"),
        schema_editor.connection.cursor() as cursor,
    ):
        cursor.execute(FIND)


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_pages"),
        ("rounds", "0002_assignment"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        tenancy.operations.AtOnce(
            operations=[
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField()),
                        ("made_at", models.DateTimeField()),
                        ("made_as", models.CharField(max_length=160)),
                        (
                            "compound",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.compound",
                                verbose_name="小区",
                            ),
                        ),
                        (
                            "notice",
                            tenancy.fields.TenantForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notices.notice",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [models.Index(fields=["compound", "month"], name="rounds_report_of")],
                        "constraints": [
                            models.UniqueConstraint(fields=("compound", "notice"), name="rounds_report_once"),
                            models.CheckConstraint(condition=models.Q(("month__day", 1)), name="rounds_report_month"),
                        ],
                    },
                ),
                tenancy.operations.IsolateTable("report"),
            ],
        ),
        migrations.RunPython(find, migrations.RunPython.noop),
    ]
