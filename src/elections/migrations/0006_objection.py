import django.db.models.deletion
from django.db import migrations

import tenancy.fields
import tenancy.operations


class Migration(migrations.Migration):
    dependencies = [
        ("elections", "0005_filling"),
        ("publicity", "0004_shown"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        tenancy.operations.AtOnce(
            operations=[
                migrations.AddField(
                    model_name="amendment",
                    name="objection",
                    field=tenancy.fields.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="publicity.objection",
                    ),
                ),
                tenancy.operations.IsolateTable("amendment"),
            ],
        ),
    ]
