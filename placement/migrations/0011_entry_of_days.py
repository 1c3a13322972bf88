from django.db import migrations, models


class Migration(migrations.Migration):
    """The page of late entries reads a year from the index alone."""

    dependencies = [("placement", "0010_list_at_ten_million")]

    operations = [
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                fields=["completed_on"],
                include=["unit", "office", "recorded_at", "programme"],
                condition=models.Q(status="completed"),
                name="entry_of_days",
            ),
        ),
    ]
