"""manage.py send_digest [--week SUNDAY] [--dry-run]: the weekly letter, now."""

import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.letters import digest_recipients
from dashboards import digest
from quotas.digest import week_before


class Command(BaseCommand):
    help = "Send the weekly letter to those who have not had it, or print all with --dry-run."

    def add_arguments(self, parser):
        parser.add_argument(
            "--week", type=datetime.date.fromisoformat, help="a Sunday; default: the last one"
        )
        parser.add_argument("--dry-run", action="store_true", help="print, send nothing")

    def handle(self, *args, week, dry_run, **options):
        week = week or week_before(timezone.localdate())
        if week.isoweekday() != 7 or week >= timezone.localdate():
            raise CommandError(f"{week} is not a Sunday that has ended.")
        if dry_run:
            people = digest_recipients()
            if not people:
                self.stdout.write("nobody who wants the letter has an address")
            for user in people:
                mail = digest.letter_for(user=user, week=week)
                if mail is None:
                    self.stdout.write(f"-- {user.username}: nothing to tell")
                else:
                    self.stdout.write(f"-- {user.username} <{user.email}>\n{mail.subject}\n")
                    self.stdout.write(mail.body)
            return
        if not settings.DIGEST:
            raise CommandError("DIGEST is 0: nothing is sent. Use --dry-run to read the letters.")
        result = digest.send_letters(week=week)
        self.stdout.write(
            f"week to {week}: {result.sent} sent, {result.already} had it, "
            f"{result.nothing} without anything to tell, {len(result.failed)} failed"
        )
        if result.failed:
            raise CommandError(f"not sent: {', '.join(result.failed)}")
