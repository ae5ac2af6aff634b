from django.db import migrations, models

import tenancy.operations

# What everyone reads of an objection is settled with its answer, and never changed after it.
KEEP = """
CREATE OR REPLACE FUNCTION publicity_objection_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[] := ARRAY['state', 'level', 'next_step_at', 'outcome', 'answer', 'answered_at', 'answered_by',
    'answered_post', 'answered_body', 'answered_as', 'ended_at', 'ended_reason'%s];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'an objection is never deleted';
  END IF;
  IF (to_jsonb(OLD) - moving) IS DISTINCT FROM (to_jsonb(NEW) - moving) THEN
    RAISE EXCEPTION 'what was objected is never changed';
  END IF;
  IF OLD.answered_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN
    RAISE EXCEPTION 'an answer is never changed';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("publicity", "0003_walls_over"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        tenancy.operations.AtOnce(
            operations=[
                migrations.AddField(
                    model_name="objection",
                    name="shown_passage",
                    field=models.CharField(blank=True, default="", max_length=300),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="objection",
                    name="shown_words",
                    field=models.TextField(blank=True, default="", max_length=2000),
                    preserve_default=False,
                ),
                migrations.RunSQL(KEEP % ", 'shown_passage', 'shown_words'", KEEP % ""),
            ],
        ),
    ]
