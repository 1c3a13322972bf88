"""manage.py fold: fold what waits in the inbox now."""

from django.core.management.base import BaseCommand

from quotas import tally


class Command(BaseCommand):
    help = "Move everything that waits in the inbox into the tally."

    def handle(self, *args, **options):
        folded = tally.fold()
        if folded is None:
            self.stdout.write("nothing waits, or another worker is folding")
        else:
            self.stdout.write(
                f"batch {folded.batch}: {folded.entries} entries, net {folded.net:+d}"
            )
