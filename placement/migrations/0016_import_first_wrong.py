from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("placement", "0015_typed_by_recorder"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="first_wrong",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
