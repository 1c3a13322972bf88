"""The months of a target sum to its year: kept by the database."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "target_months.sql"


class Migration(migrations.Migration):
    dependencies = [("quotas", "0003_splits_documents_revisions")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "ALTER TABLE quotas_target DROP CONSTRAINT target_months_sum_to_the_year;"
            "DROP FUNCTION months_sum(int[]);",
        )
    ]
