"""The pages of an import can be used by everybody, on a phone too."""

from __future__ import annotations

import pytest

from placement import importing
from placement.models import ImportJob
from tests.browser.test_accessibility import check
from tests.placement.test_import import csv_of, row
from tests.placement.test_import_files import own_sheet

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("page", [1440, 360], indirect=True)
def test_the_pages_of_an_import_have_no_accessibility_problem(live_server, page, officer, sign_in):
    width = page.viewport_size["width"]
    for content in (own_sheet([row()]), csv_of([row(), row(nik="1")]), b"x"):
        importing.send_file(by=officer, name="berkas-dengan-nama-panjang.csv", content=content)
        importing.run_next()
    running = importing.send_file(by=officer, name="besar.csv", content=csv_of([row()]))
    ImportJob.objects.filter(pk=running.pk).update(status="saving", total=2000, seen=500)
    unmatched = ImportJob.objects.get(status="mapping")
    sign_in(page, officer)
    for path in ("", f"{unmatched.pk}/kolom/"):
        page.goto(f"{live_server.url}/penempatan/impor/{path}")
        check(page, width)
