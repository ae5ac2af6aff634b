import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
import tenancy.operations


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0002_organisation_credit_code"),
        ("rosters", "0002_feed"),
        ("rounds", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        tenancy.operations.AtOnce(
            operations=[
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("plan_key", models.CharField(blank=True, max_length=80)),
                        ("occurrence_id", models.BigIntegerField(null=True)),
                        ("person_id", models.BigIntegerField(null=True)),
                        ("label", models.CharField(blank=True, max_length=60)),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        ("made_at", models.DateTimeField()),
                        ("made_as", models.CharField(max_length=160)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_as", models.CharField(blank=True, max_length=160)),
                        ("ended_why", models.CharField(blank=True, max_length=20)),
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
                            "post",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="parties.post",
                            ),
                        ),
                        (
                            "station",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rosters.station",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["compound", "plan_key"], name="rounds_assigned_plan"),
                            models.Index(fields=["compound", "occurrence_id"], name="rounds_assigned_time"),
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["compound", "post"],
                                name="rounds_assigned_post",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True), models.Q(("plan_key", ""), _negated=True)
                                ),
                                fields=("compound", "plan_key"),
                                name="rounds_assigned_plan_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True), ("occurrence_id__isnull", False)),
                                fields=("compound", "occurrence_id"),
                                name="rounds_assigned_time_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("occurrence_id__isnull", False), ("plan_key", "")),
                                    models.Q(
                                        models.Q(("plan_key", ""), _negated=True), ("occurrence_id__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="rounds_assigned_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person_id__isnull", True), ("post__isnull", True)),
                                    models.Q(
                                        ("person_id__isnull", False), ("post__isnull", False), ("station__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="rounds_assigned_to_one",
                            ),
                        ],
                    },
                ),
                tenancy.operations.IsolateTable("assignment"),
            ],
        ),
    ]
