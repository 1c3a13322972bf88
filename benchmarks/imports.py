"""Import of 100,000 rows: check and save, seconds and memory. Run by ``script/bench imports``."""

from __future__ import annotations

import csv
import datetime
import io
import os
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from placement import importing, sheets  # noqa: E402
from placement.models import ImportJob  # noqa: E402

ROWS = 100_000


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("demo_accounts", verbosity=0)
    officer = User.objects.get(username="petugas")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heading for _field, heading, _other in sheets.COLUMNS])
    first = datetime.date(1970, 1, 1)
    for number in range(ROWS):
        born = first + datetime.timedelta(number % 10_000)
        nik = f"330101{born.day + 40:02d}{born:%m%y}{number // 10_000 + 1:04d}"
        writer.writerow(
            [nik, "Siti Contoh", "P", f"{born:%d/%m/%Y}", "3301", "", "02/03/2026", "G to G", "",
             "Taiwan", "Caregiver", "Perseorangan", "", "", ""]
        )  # fmt: skip
    job = importing.send_file(by=officer, name="setahun.csv", content=out.getvalue().encode())
    for step in ("check", "save"):
        began = time.perf_counter()
        if step == "save":
            importing.save_checked(job=ImportJob.objects.get(pk=job.pk), by=officer)
        importing.run_next()
        job.refresh_from_db()
        print(f"{step}: {time.perf_counter() - began:.1f} s, {job.status}, good {job.good:,}, "
              f"wrong {job.wrong:,}, saved {job.saved:,}")  # fmt: skip
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB (limit 300)")


if __name__ == "__main__":
    main()
