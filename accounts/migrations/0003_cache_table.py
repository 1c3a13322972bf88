"""The table of the shared cache: sign-in limits live in PostgreSQL, so Redis may be down."""

from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_groups")]

    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
