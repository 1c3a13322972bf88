from django.db import migrations


class Migration(migrations.Migration):
    """The page of a placement, and every mark of a restatement, asks the history of one row."""

    dependencies = [("placement", "0008_closing_notes")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX placement_history_of_one ON placement_placementevent (pgh_obj_id)",
            "DROP INDEX placement_history_of_one",
        ),
    ]
