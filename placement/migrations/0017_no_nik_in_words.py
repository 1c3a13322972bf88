from django.db import migrations, models

import placement.identity


def _words(name: str, models_with_it: tuple[str, ...], **options) -> list[migrations.AlterField]:
    """The same field of a table and of its history."""
    return [
        migrations.AlterField(
            model_name=model,
            name=name,
            field=models.CharField(validators=[placement.identity.hold_no_nik], **options),
        )
        for model in models_with_it
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("placement", "0016_import_first_wrong"),
    ]

    operations = [
        *_words(
            "remark", ("placement", "placementevent"),
            blank=True, max_length=500, verbose_name="catatan",
        ),
        *_words("name", ("worker", "workerevent"), max_length=120, verbose_name="nama lengkap"),
    ]  # fmt: skip
