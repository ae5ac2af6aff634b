from django.db import migrations

# Of publicity that is complete already nothing is asked at the walls any more; what was past its time by then was missed.
# Every policy of a table looks at the compounds of the scope: here all of them, for this transaction alone.
CLOSE = """
SELECT set_config('app.compounds', coalesce((SELECT '{' || string_agg(id::text, ',') || '}' FROM tenancy_compound), ''), true);
UPDATE posting_plan p SET over_at = x.ended_at FROM publicity_period x
  WHERE x.compound_id = p.compound_id AND x.notice_id = p.notice_id AND x.state = 'completed' AND p.wanted AND p.over_at IS NULL;
UPDATE posting_task t SET void_why = 'completed', ended_at = p.over_at,
    state = CASE WHEN r.due_at < p.over_at THEN 'missed' ELSE 'void' END
  FROM posting_plan p, posting_round r
  WHERE p.compound_id = t.compound_id AND p.notice_id = t.notice_id AND p.over_at IS NOT NULL
    AND r.compound_id = t.compound_id AND r.id = t.round_id AND t.state = 'open' AND t.job IN ('post', 'check');
UPDATE posting_round r SET ended_at = p.over_at, state = CASE
    WHEN EXISTS (SELECT 1 FROM posting_task t WHERE t.compound_id = r.compound_id AND t.round_id = r.id AND t.state = 'missed')
      THEN 'missed'
    WHEN EXISTS (SELECT 1 FROM posting_task t WHERE t.compound_id = r.compound_id AND t.round_id = r.id AND t.state = 'done')
      THEN 'done'
    ELSE 'void' END
  FROM posting_plan p
  WHERE p.compound_id = r.compound_id AND p.notice_id = r.notice_id AND p.over_at IS NOT NULL
    AND r.state = 'open' AND r.job IN ('post', 'check');
SELECT set_config('app.compounds', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("posting", "0002_over"),
        ("publicity", "0002_objections"),
    ]

    operations = [migrations.RunSQL(CLOSE, migrations.RunSQL.noop)]
