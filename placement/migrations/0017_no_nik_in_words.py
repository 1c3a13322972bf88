from django.db import migrations, models

import placement.identity


class Migration(migrations.Migration):
    dependencies = [
        ("placement", "0016_import_first_wrong"),
    ]

    operations = [
        migrations.AlterField(
            model_name="placement",
            name="remark",
            field=models.CharField(
                blank=True,
                max_length=500,
                validators=[placement.identity.hold_no_nik],
                verbose_name="catatan",
            ),
        ),
        migrations.AlterField(
            model_name="worker",
            name="name",
            field=models.CharField(
                max_length=120,
                validators=[placement.identity.hold_no_nik],
                verbose_name="nama lengkap",
            ),
        ),
        migrations.AlterField(
            model_name="placementevent",
            name="remark",
            field=models.CharField(
                blank=True,
                max_length=500,
                validators=[placement.identity.hold_no_nik],
                verbose_name="catatan",
            ),
        ),
        migrations.AlterField(
            model_name="workerevent",
            name="name",
            field=models.CharField(
                max_length=120,
                validators=[placement.identity.hold_no_nik],
                verbose_name="nama lengkap",
            ),
        ),
    ]
