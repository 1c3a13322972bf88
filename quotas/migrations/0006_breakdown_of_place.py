"""One place's dimensions are read without the other places: an index, and a view it reaches."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
VIEW = (SQL / "tally_breakdown_now_v2.sql").read_text(encoding="utf-8")
THROUGH = (SQL / "tally_through.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("quotas", "0005_indicators")]

    operations = [
        migrations.AddIndex(
            model_name="tallybreakdown",
            index=models.Index(fields=["level", "unit_code", "month"], name="breakdown_of_place"),
        ),
        # The view of before reads the same figures, only slower: there is nothing to put back.
        migrations.RunSQL(VIEW, migrations.RunSQL.noop),
        # quotas.reading reads any span, so the function for one kind of span goes.
        migrations.RunSQL("DROP FUNCTION tally_through(date)", THROUGH),
    ]
