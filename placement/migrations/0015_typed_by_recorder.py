from django.db import migrations, models
from django.db.models.functions import Cast, Substr
from django.db.models.lookups import Exact


class Migration(migrations.Migration):
    dependencies = [
        ("placement", "0014_import_held"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="placement",
            name="list_of_recorder",
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                models.F("recorded_by"),
                models.OrderBy(models.F("id"), descending=True),
                condition=~models.Q(
                    Exact(Substr(Cast("request_key", models.TextField()), 15, 1), "5")
                ),
                name="typed_by_recorder",
            ),
        ),
    ]
