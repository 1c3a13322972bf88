"""One sequence numbers every placement of every office, so a reference never repeats."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("placement", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE placement_reference_number",
            "DROP SEQUENCE placement_reference_number",
        )
    ]
