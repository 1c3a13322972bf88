from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("placement", "0013_programme_stages"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="held",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
