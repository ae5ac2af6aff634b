import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tenancy.fields
import tenancy.operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0002_longer_content_type"),
        ("equipment", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        tenancy.operations.AtOnce(
            operations=[
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("client_id", models.UUIDField()),
                        ("kind", models.CharField(choices=[("point", "一处"), ("finish", "完成")], max_length=6)),
                        ("order", models.PositiveIntegerField(default=0)),
                        ("seconds", models.PositiveIntegerField(null=True)),
                        ("place", models.CharField(blank=True, max_length=100)),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("nfc", "碰一碰"),
                                    ("qr", "扫码"),
                                    ("typed", "手输编码"),
                                    ("list", "从列表选"),
                                ],
                                max_length=5,
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=16)),
                        ("latitude", models.FloatField(null=True)),
                        ("longitude", models.FloatField(null=True)),
                        ("accuracy", models.FloatField(null=True)),
                        ("results", models.JSONField(default=list)),
                        ("outcome", models.CharField(max_length=8)),
                        ("number", models.PositiveSmallIntegerField(default=1)),
                        ("normal", models.PositiveSmallIntegerField(default=0)),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("device_at", models.DateTimeField()),
                        ("offset_seconds", models.IntegerField(null=True)),
                        ("received_at", models.DateTimeField()),
                        ("happened_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "照片还没到"),
                                    ("counted", "有效"),
                                    ("review", "待核"),
                                    ("refused", "不作数"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        (
                            "flags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("body", models.JSONField()),
                        ("person_id", models.BigIntegerField()),
                        ("post_id", models.BigIntegerField(null=True)),
                        ("label", models.CharField(max_length=160)),
                        ("complete_at", models.DateTimeField(blank=True, null=True)),
                        ("judged_at", models.DateTimeField(blank=True, null=True)),
                        ("judged_as", models.CharField(blank=True, max_length=160)),
                        ("judged_why", models.CharField(blank=True, max_length=200)),
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
                            "piece",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="equipment.piece",
                            ),
                        ),
                        (
                            "walk",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="rounds.walk",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "review")),
                                fields=["compound", "state"],
                                name="rounds_answer_review",
                            ),
                            models.Index(fields=["compound", "-received_at"], name="rounds_answer_latest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("compound", "client_id"), name="rounds_answer_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "counted"), _negated=True),
                                    ("complete_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="rounds_answer_counts_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Conflict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("body", models.JSONField(null=True)),
                        ("person_id", models.BigIntegerField()),
                        ("label", models.CharField(max_length=160)),
                        ("received_at", models.DateTimeField()),
                        ("seen_at", models.DateTimeField(blank=True, null=True)),
                        ("seen_as", models.CharField(blank=True, max_length=160)),
                        (
                            "answer",
                            tenancy.fields.TenantForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conflicts",
                                to="rounds.answer",
                            ),
                        ),
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
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("seen_at__isnull", True)),
                                fields=["compound", "id"],
                                name="rounds_conflict_new",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("compound", "answer", "digest"), name="rounds_conflict_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Edition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("content", models.JSONField()),
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
                            "route",
                            tenancy.fields.TenantForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="rounds.route",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("compound", "route", "number"), name="rounds_edition_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Horizon",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("until", models.DateField()),
                        ("judged_at", models.DateTimeField(null=True)),
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
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "constraints": [models.UniqueConstraint(fields=("compound",), name="rounds_horizon_one")],
                    },
                ),
                migrations.CreateModel(
                    name="Item",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("form", models.CharField(max_length=60)),
                        ("key", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=40, verbose_name="看什么")),
                        ("made_at", models.DateTimeField()),
                        ("made_as", models.CharField(max_length=160)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("compound", "form", "key"),
                                name="rounds_item_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Occurrence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("plan_id", models.BigIntegerField()),
                        ("route_id", models.BigIntegerField(null=True)),
                        ("duty", models.CharField(max_length=20)),
                        ("weight", models.PositiveSmallIntegerField()),
                        ("slot", models.PositiveSmallIntegerField(default=0)),
                        ("opens_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("closes_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "待巡查"),
                                    ("in_progress", "进行中"),
                                    ("done", "已完成"),
                                    ("overdue", "已过时"),
                                    ("missed", "没有做"),
                                    ("skipped", "免做"),
                                ],
                                db_default="planned",
                                default="planned",
                                max_length=12,
                            ),
                        ),
                        ("points", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("answered", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("faults", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("done_as", models.CharField(blank=True, db_default="", default="", max_length=160)),
                        ("heard_at", models.DateTimeField(null=True)),
                        ("skipped_at", models.DateTimeField(null=True)),
                        ("skipped_as", models.CharField(blank=True, db_default="", default="", max_length=160)),
                        ("skipped_why", models.CharField(blank=True, db_default="", default="", max_length=200)),
                        ("makes_up_for", models.BigIntegerField(null=True)),
                        (
                            "compound",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.compound",
                                verbose_name="小区",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [models.Index(fields=["compound", "due_at"], name="rounds_occurrence_due")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "skipped"), _negated=True),
                                    models.Q(
                                        ("skipped_at__isnull", False), models.Q(("skipped_why", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="rounds_skipped_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("done_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="rounds_done_when",
                            ),
                        ],
                    },
                ),
                tenancy.operations.PartitionByMonth("occurrence", "opens_at"),
                migrations.CreateModel(
                    name="Photo",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slot", models.PositiveSmallIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("bytes", models.PositiveIntegerField()),
                        ("received_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            tenancy.fields.TenantForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="rounds.answer",
                            ),
                        ),
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
                            "conflict",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="rounds.conflict",
                            ),
                        ),
                        (
                            "file",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="documents.storedfile",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [models.Index(fields=["compound", "sha256"], name="rounds_photo_seen")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("conflict__isnull", True)),
                                fields=("compound", "answer", "slot"),
                                name="rounds_photo_slot",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("conflict__isnull", False)),
                                fields=("compound", "conflict", "slot"),
                                name="rounds_photo_conflict_slot",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("file__isnull", True), ("received_at__isnull", True)),
                                    models.Q(("file__isnull", False), ("received_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="rounds_photo_arrived_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Point",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("address", models.CharField(blank=True, max_length=100, verbose_name="位置")),
                        ("building", models.CharField(blank=True, max_length=60, verbose_name="楼幢")),
                        ("floor", models.CharField(blank=True, max_length=12, verbose_name="楼层")),
                        ("kind", models.CharField(blank=True, max_length=30)),
                        ("count", models.PositiveSmallIntegerField(default=1, verbose_name="数量")),
                        ("form", models.CharField(max_length=60)),
                        ("position", models.PositiveIntegerField()),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                            "piece",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="equipment.piece",
                            ),
                        ),
                        (
                            "route",
                            tenancy.fields.TenantForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="points",
                                to="rounds.route",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [models.Index(fields=["compound", "route", "position"], name="rounds_point_walk")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("piece__isnull", False), ("retired_at__isnull", True)),
                                fields=("compound", "route", "piece"),
                                name="rounds_point_piece_once",
                            ),
                            models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="rounds_point_count"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("occurrence_id", models.BigIntegerField(null=True)),
                        ("named", models.BigIntegerField()),
                        (
                            "answer",
                            tenancy.fields.TenantForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="rounds.answer",
                            ),
                        ),
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
                            "edition",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rounds.edition",
                            ),
                        ),
                        (
                            "point",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rounds.point",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["compound", "occurrence_id", "point"], name="rounds_entry_record")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("occurrence_id", models.BigIntegerField()),
                        ("kind", models.CharField(choices=[("sign", "复核签字"), ("spot", "抽查")], max_length=4)),
                        ("agrees", models.BooleanField()),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("person_id", models.BigIntegerField()),
                        ("post_id", models.BigIntegerField(null=True)),
                        ("label", models.CharField(max_length=160)),
                        ("at", models.DateTimeField()),
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
                            "point",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="rounds.point",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "indexes": [models.Index(fields=["compound", "occurrence_id"], name="rounds_review_of")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "sign")),
                                fields=("compound", "occurrence_id"),
                                name="rounds_signed_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("agrees", True), models.Q(("note", ""), _negated=True), _connector="OR"
                                ),
                                name="rounds_review_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Route",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("current", models.PositiveIntegerField(default=0)),
                        ("made_at", models.DateTimeField()),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("compound", "name"),
                                name="rounds_route_name",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=80)),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        ("duty", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("form", models.CharField(blank=True, max_length=60)),
                        ("every", models.CharField(max_length=12, verbose_name="多久一次")),
                        ("standard", models.CharField(blank=True, max_length=12)),
                        (
                            "months",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SmallIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("starts", models.PositiveSmallIntegerField(verbose_name="几点开始")),
                        ("ends", models.PositiveSmallIntegerField(verbose_name="几点结束")),
                        ("times", models.PositiveSmallIntegerField(default=1, verbose_name="一次分几轮")),
                        ("grace", models.PositiveIntegerField()),
                        ("weight", models.PositiveSmallIntegerField()),
                        ("clause", models.CharField(blank=True, max_length=80)),
                        ("confirmed", models.BooleanField(default=False)),
                        ("since", models.DateField(verbose_name="从哪天起")),
                        ("made_at", models.DateTimeField()),
                        ("made_as", models.CharField(max_length=160)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_why", models.CharField(blank=True, max_length=200, verbose_name="原因")),
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
                            "route",
                            tenancy.fields.TenantForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="rounds.route",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("compound", "key"),
                                name="rounds_plan_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "every__in",
                                        (
                                            "two_hours",
                                            "day",
                                            "week",
                                            "half_month",
                                            "month",
                                            "quarter",
                                            "half_year",
                                            "year",
                                            "two_years",
                                            "three_years",
                                            "five_years",
                                        ),
                                    )
                                ),
                                name="rounds_plan_every",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends__gt", models.F("starts")), ("times__gte", 1), ("times__lte", 12)
                                ),
                                name="rounds_plan_hours",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Walk",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("client_id", models.UUIDField()),
                        ("person_id", models.BigIntegerField()),
                        ("post_id", models.BigIntegerField(null=True)),
                        ("label", models.CharField(max_length=160)),
                        ("package", models.CharField(blank=True, max_length=64)),
                        ("loaded_server", models.DateTimeField(null=True)),
                        ("loaded_device", models.DateTimeField(null=True)),
                        ("heard_at", models.DateTimeField()),
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
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("compound", "client_id"), name="rounds_walk_once")
                        ],
                    },
                ),
                tenancy.operations.IsolateTable("route"),
                tenancy.operations.IsolateTable("point"),
                tenancy.operations.IsolateTable("item"),
                tenancy.operations.IsolateTable("edition"),
                tenancy.operations.IsolateTable("plan"),
                tenancy.operations.IsolateTable("horizon"),
                tenancy.operations.IsolateTable("occurrence"),
                tenancy.operations.IsolateTable("walk"),
                tenancy.operations.IsolateTable("answer"),
                tenancy.operations.IsolateTable("entry"),
                tenancy.operations.IsolateTable("conflict"),
                tenancy.operations.IsolateTable("photo"),
                tenancy.operations.IsolateTable("review"),
            ],
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.UniqueConstraint(
                fields=["compound", "plan_id", "opens_at"], name="rounds_occurrence_once"
            ),
        ),
    ]
