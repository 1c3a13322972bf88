"""The counting rule, the triggers on the placements, the views and the functions of the tally."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"

FORWARD = (
    "counting_rule_v1",
    "tally_columns",
    "tally_triggers",
    "tally_views",
    "attainment_recompute",
    "tally_through",
)
BACKWARD = """
DROP FUNCTION tally_through(date);
DROP FUNCTION attainment_recompute(int, bigint);
DROP FUNCTION attainment_targets(bigint);
DROP VIEW attainment_now;
DROP FUNCTION attainment_level(bigint, bigint);
DROP FUNCTION attainment_percent(bigint, bigint);
DROP VIEW tally_breakdown_now;
DROP FUNCTION tally_faces(text, text, text, text, text, text, text, text, text);
DROP VIEW tally_month_now;
DROP TRIGGER tally_on_insert ON placement_placement;
DROP TRIGGER tally_on_update ON placement_placement;
DROP TRIGGER tally_on_delete ON placement_placement;
DROP FUNCTION tally_placement_inserted();
DROP FUNCTION tally_placement_updated();
DROP FUNCTION tally_placement_deleted();
ALTER TABLE tally_inbox DROP COLUMN province;
ALTER TABLE tally_ledger DROP COLUMN province;
DROP FUNCTION placement_counts(text);
DROP FUNCTION placement_rule_version();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("quotas", "0001_initial"),
        ("placement", "0002_reference_numbers"),
        ("regions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            "".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FORWARD),
            BACKWARD,
        )
    ]
