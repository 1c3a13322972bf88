"""What people also type to find a country."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="country",
            name="aliases",
            field=models.CharField(
                blank=True,
                default="",
                help_text=(
                    "Yang juga diketik orang untuk mencarinya, dipisah titik koma: Korsel;Korea."
                ),
                max_length=200,
                verbose_name="sebutan lain",
            ),
            preserve_default=False,
        ),
    ]
