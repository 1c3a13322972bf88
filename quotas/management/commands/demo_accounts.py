"""manage.py demo_accounts: the logins of the demonstration, all with DEMO_PASSWORD."""

import os

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import roles
from accounts.models import User

ACCOUNTS = (
    ("petugas", "Petugas", roles.OFFICER, "bp3mi-jateng", False),
    ("kepala", "Kepala balai", roles.HEAD, "bp3mi-jateng", False),
    ("petugas.ntb", "Petugas NTB", roles.OFFICER, "bp3mi-ntb", False),
    ("direktorat", "Direktorat", roles.DIRECTORATE, None, False),
    ("admin", "Administrator", roles.TARGET_ADMIN, None, True),
    ("admin2", "Administrator kedua", roles.TARGET_ADMIN, None, True),
    ("auditor", "Auditor", roles.AUDITOR, None, True),
)


class Command(BaseCommand):
    help = "Make or refresh the demo logins; their password is the variable DEMO_PASSWORD."

    @transaction.atomic
    def handle(self, *args, **options):
        password = os.environ.get("DEMO_PASSWORD", "")
        if not password:
            raise CommandError("Set DEMO_PASSWORD: the demo logins have no built-in password.")
        for username, name, role, office, staff in ACCOUNTS:
            user, _made = User.objects.get_or_create(username=username)
            user.first_name, user.office_id, user.is_staff = name, office, staff
            # A domain that nobody can have: a letter of the demonstration reaches no one.
            user.email = f"{username}@contoh.invalid"
            if not user.check_password(password):
                user.set_password(password)
            user.save()
            user.groups.set([Group.objects.get(name=role)])
        if options["verbosity"]:
            self.stdout.write(f"{len(ACCOUNTS)} demo logins")
