"""manage.py prepare [--demo]: everything between an empty database and a site, in one process."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = (
    ("bringing the database up to date", "migrate", {"verbosity": 0}, False),
    ("loading reference data", "load_reference", {"verbosity": 0}, False),
    ("making the demo logins", "demo_accounts", {"verbosity": 0}, True),
    ("sample data (a minute, the first time)", "demo_data", {"if_empty": True}, True),
    ("collecting static files", "collectstatic", {"interactive": False, "verbosity": 0}, False),
)


class Command(BaseCommand):
    help = "Migrate, load reference data, collect static files; with --demo also sample data."

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="demo logins and sample data too")

    def handle(self, *args, demo, **options):
        for what, command, arguments, only_demo in STEPS:
            if demo or not only_demo:
                self.stdout.write(f"· {what}")
                self.stdout.flush()
                call_command(command, **arguments)
