from typing import Any

from django.db import migrations

from tenancy.scope import across_tenants

KINDS = [
    "fire_pump", "jockey_pump", "water_tank", "alarm_valve", "alarm_controller", "smoke_fan", "fire_power", "gas_suppression",
    "control_room", "electrical_fire_monitor", "equipment_room",
]  # fmt: skip
WORDS = "泵房|控制室|消控室|监控室|配电|变电|发电机|机房|设备间|弱电间|锅炉房|屋顶|屋面|天台|水箱间"
# As ``defects.rules.secluded`` had it when the column came. What a resident follows already stays theirs to read.
HIDE = """
UPDATE repairs_request r SET unlisted = true
FROM defects_defect d LEFT JOIN equipment_piece p ON p.compound_id = d.compound_id AND p.id = d.piece_id
WHERE r.compound_id = d.compound_id AND r.id = d.repair_id AND NOT r.unlisted AND r.filed_post IS NOT NULL AND r.joined = 0
  AND (d.kind = ANY (%(kinds)s) OR p.place = 'boiler_room' OR d.place ~ %(words)s OR p.address ~ %(words)s)
"""


def hide(_apps: Any, schema_editor: Any) -> None:
    """Take requests that were made of defects in technical rooms from residents' lists."""
    with (
        across_tenants(reason="requests of technical rooms leave residents' lists"),
        schema_editor.connection.cursor() as cursor,
    ):
        cursor.execute(HIDE, {"kinds": KINDS, "words": WORDS})


class Migration(migrations.Migration):
    dependencies = [
        ("defects", "0001_initial"),
        ("repairs", "0007_unlisted"),
        ("equipment", "0002_report_photos"),
    ]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
