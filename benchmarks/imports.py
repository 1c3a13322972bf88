"""Import of 100,000 rows: check and save, seconds and memory. Run by ``script/bench imports``.

Three files: a year as it comes, of which one row in fifty repeats another one and says why it is
kept; then the worst there is: every row repeats a worker of the first, for a reason of its own; and
the same without a reason, of which every row is handed back.
"""

from __future__ import annotations

import csv
import datetime
import io
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

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
    for name in FILES:  # Each in a process of its own, as its memory is told.
        subprocess.run([sys.executable, "-m", "benchmarks.imports", name], check=True)


def take_in(name: str) -> None:
    """Check a file, and save it where anything of it is good."""
    officer = User.objects.get(username="petugas")
    job = importing.send_file(by=officer, name=name, content=content_of(FILES[name]()))
    print(name)
    for step in ("check", "save"):
        began = time.perf_counter()
        if step == "save":
            importing.save_checked(job=ImportJob.objects.get(pk=job.pk), by=officer)
        importing.run_next()
        job.refresh_from_db()
        print(f"  {step}: {time.perf_counter() - began:.1f} s, {job.status}, good "
              f"{job.good:,}, wrong {job.wrong:,}, saved {job.saved:,}")  # fmt: skip
        if not job.good:
            break
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  memory: {memory} MB (limit 300)")


def a_year() -> Iterator[dict[str, str]]:
    """Everybody once, but one in fifty: half of them bear the name and the birth date of the row
    before, half are that worker a month later."""
    for number in range(ROWS):
        if number % 100 == 99:
            yield row(number) | {"name": row(number - 1)["name"],
                                 "birth_date": row(number - 1)["birth_date"],
                                 "kept_because": "Orang lain, nama sama"}  # fmt: skip
        elif number % 100 == 49:
            yield row(number - 1) | {"completed_on": "01/04/2026", "kept_because": "Kontrak baru"}
        else:
            yield row(number)


def the_worst() -> Iterator[dict[str, str]]:
    for number in range(ROWS):
        yield row(number) | {"completed_on": "20/03/2026", "kept_because": f"Kontrak {number}"}


def held() -> Iterator[dict[str, str]]:
    for each in the_worst():
        yield each | {"completed_on": "27/03/2026", "kept_because": ""}


def row(number: int) -> dict[str, str]:
    born = datetime.date(1970, 1, 1) + datetime.timedelta(number % 10_000)
    return {
        "nik": f"330101{born.day + 40:02d}{born:%m%y}{number // 10_000 + 1:04d}",
        "name": f"Siti Contoh {number}", "sex": "P", "birth_date": f"{born:%d/%m/%Y}",
        "origin": "3301", "completed_on": "02/03/2026", "scheme": "G to G",
        "destination": "Taiwan", "job_title": "Caregiver", "employer_kind": "Perseorangan",
    }  # fmt: skip


FILES = {"setahun.csv": a_year, "terburuk.csv": the_worst, "semua-ditahan.csv": held}


def content_of(rows: Iterator[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(sheets.HEADINGS), restval="")
    writer.writerow(sheets.HEADINGS)
    writer.writerows(rows)
    return out.getvalue().encode()


if __name__ == "__main__":
    take_in(sys.argv[1]) if len(sys.argv) > 1 else main()
