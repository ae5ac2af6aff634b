from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("repairs", "0006_incident_firm")]

    operations = [
        migrations.AddField(
            model_name="request",
            name="unlisted",
            field=models.BooleanField(db_default=False, default=False, verbose_name="不公开"),
        ),
    ]
