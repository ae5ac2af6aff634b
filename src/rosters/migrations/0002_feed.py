from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rosters", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="feed_key",
            field=models.CharField(blank=True, default="", max_length=22),
        ),
    ]
