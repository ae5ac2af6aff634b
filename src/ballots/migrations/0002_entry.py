# Whoever is recorded to vote for somebody reads their own record before any scope is open: that is how they get in.
from django.db import migrations, models
from django.db.models import Q

import tenancy.operations

NUMBER = "(SELECT a.phone_digest FROM accounts_person a WHERE a.id = {person} AND a.phone_verified AND a.is_active)"


class Migration(migrations.Migration):
    dependencies = [("ballots", "0001_initial")]

    operations = [
        tenancy.operations.AtOnce(
            [
                migrations.AddIndex(
                    model_name="speaker",
                    index=models.Index(
                        fields=["phone_digest"], condition=Q(("ended_at__isnull", True)), name="ballot_speaker_enters"
                    ),
                ),
                migrations.AddIndex(
                    model_name="proxy",
                    index=models.Index(
                        fields=["agent_digest"], condition=Q(("ended_at__isnull", True)), name="ballot_proxy_enters"
                    ),
                ),
                tenancy.operations.IsolateTable("speaker", entry=f"phone_digest = {NUMBER}"),
                tenancy.operations.IsolateTable("proxy", entry=f"agent_digest = {NUMBER}"),
            ]
        ),
    ]
