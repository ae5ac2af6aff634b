from importlib import import_module

from django.db import migrations

import tenancy.operations

# As in 0001, with two statements inside where there were five: every voter waits for them of whoever is before. What is read of
# the right stands after the lock in a statement of its own, so that it sees what the one before has committed.
PUT_IN = """
CREATE OR REPLACE FUNCTION boxes_put_in(
  p_compound bigint, p_poll bigint, p_key text, p_right text, p_by text, p_body text, p_now timestamptz
) RETURNS TABLE (code text, entry_id bigint, number int, hash text, at timestamptz, channel text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  box record;
  taken record;
  made record;
BEGIN
  SELECT b.id, b.edition_id, b.public_key INTO box
  FROM boxes_box b JOIN boxes_tip t ON t.compound_id = b.compound_id AND t.box_id = b.id AND t.accepts
  WHERE b.compound_id = p_compound AND b.poll_id = p_poll AND b.state = 'sealed' FOR UPDATE OF t;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'not_open', NULL::bigint, NULL::int, NULL::text, NULL::timestamptz, NULL::text;
    RETURN;
  END IF;
  IF box.public_key = '' OR box.public_key <> p_key THEN
    RETURN QUERY SELECT 'other_box', NULL::bigint, NULL::int, NULL::text, NULL::timestamptz, NULL::text;
    RETURN;
  END IF;
  SELECT p.vote_again, r.key AS listed, u.id, u."by" AS voice, u.channel, u.at, u.number, u.hash INTO taken
  FROM elections_poll p
  LEFT JOIN elections_right r ON r.compound_id = p.compound_id AND r.edition_id = box.edition_id AND r.key = p_right
  LEFT JOIN boxes_used u ON u.compound_id = p.compound_id AND u.box_id = box.id AND u."right" = p_right
  WHERE p.compound_id = p_compound AND p.id = p_poll AND p.state = 'voting' AND p_now < p.closes_at;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'not_open', NULL::bigint, NULL::int, NULL::text, NULL::timestamptz, NULL::text;
    RETURN;
  END IF;
  IF taken.listed IS NULL THEN
    RETURN QUERY SELECT 'not_on_roll', NULL::bigint, NULL::int, NULL::text, NULL::timestamptz, NULL::text;
    RETURN;
  END IF;
  IF taken.id IS NOT NULL AND NOT (
    (taken.voice = 'proxy' AND p_by = 'owner') OR (taken.vote_again AND taken.channel = 'phone' AND taken.voice = p_by)
  ) THEN
    RETURN QUERY SELECT 'already_voted', NULL::bigint, taken.number::int, taken.hash::text, taken.at, taken.channel::text;
    RETURN;
  END IF;
  INSERT INTO boxes_entry (compound_id, box_id, number, kind, body, previous, hash, at)
  VALUES (p_compound, box.id, 0, 'ballot', p_body, '', '', p_now)
  RETURNING boxes_entry.id, boxes_entry.number, boxes_entry.hash, boxes_entry.at INTO made;
  IF taken.id IS NULL THEN
    INSERT INTO boxes_used (compound_id, box_id, "right", channel, "by", number, hash, at)
    VALUES (p_compound, box.id, p_right, 'phone', p_by, made.number, made.hash, made.at);
  ELSE
    UPDATE boxes_used u SET channel = 'phone', "by" = p_by, number = made.number, hash = made.hash, at = made.at
    WHERE u.compound_id = p_compound AND u.id = taken.id;
  END IF;
  RETURN QUERY SELECT '', made.id::bigint, made.number::int, made.hash::text, made.at, 'phone';
END $$;
"""
BEFORE = import_module("boxes.migrations.0001_initial").PUT_IN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [
        ("boxes", "0001_initial"),
        ("elections", "0002_calling"),
    ]

    operations = [
        tenancy.operations.AtOnce(operations=[migrations.RunSQL(PUT_IN, BEFORE)]),
    ]
