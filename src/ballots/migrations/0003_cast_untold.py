# Whoever has a right is told of its ballot after the ballot's own transaction: see ballots.actions.telling.
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("ballots", "0002_entry")]

    operations = [
        # Whoever voted before was told in the same transaction: no row waits.
        migrations.AddField(
            model_name="cast", name="untold", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddIndex(
            model_name="cast",
            index=models.Index(fields=["compound", "id"], condition=Q(("untold", True)), name="ballot_cast_untold"),
        ),
    ]
