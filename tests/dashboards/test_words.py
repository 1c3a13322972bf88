"""Words on pages and in files: nothing said twice, nothing of another kind under the same name."""

from __future__ import annotations

import re

import pytest

from quotas import tally
from quotas.names import names_of
from tests.factories import make_placement

pytestmark = pytest.mark.django_db
PAGES = ("/nasional/", "/provinsi/33/", "/balai/bp3mi-jateng/", "/kantor/bp3mi-jateng/",
         "/kabupaten/3301/", "/rincian/office/?level=served&code=bp3mi-jateng",
         "/rincian/regency/?level=origin&code=33")  # fmt: skip


@pytest.fixture
def placement(officer):
    make_placement(by=officer, scheme="MANDIRI", employer_kind="individual")
    tally.fold()


@pytest.mark.usefixtures("placement")
@pytest.mark.parametrize("path", PAGES)
def test_no_title_says_its_measure_twice(client, directorate, path):
    client.force_login(directorate)
    page = client.get(path + ("&" if "?" in path else "?") + "year=2026").content.decode()
    titles = [
        " ".join(re.sub(r"<[^>]+>", " ", each).split())
        for each in re.findall(r'<h2 class="card-title">(.*?)</h2>', page, re.S)
    ]
    assert titles
    for title in titles:
        assert not re.search(r"(melayani|dilayani)\b.*\bdilayani\b", title), title
        assert not re.search(r"\basal\b.*\bdaerah asal\b", title, re.I), title


@pytest.mark.usefixtures("placement")
def test_a_scheme_and_an_employer_of_the_same_name_are_told_apart(client, directorate):
    client.force_login(directorate)
    page = client.get("/nasional/?year=2026").content.decode()
    assert page.count(">Perseorangan (skema)<") == 1
    assert page.count(">Perseorangan (pemberi kerja)<") == 1
    assert ">Perseorangan<" not in page
    assert names_of("scheme")["GTOG"] == "G to G", "what is called so once keeps its name"


@pytest.mark.usefixtures("placement")
@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("/unduh/nasional.csv?year=2026", "Jenis baris;Kode;Nama;Ukuran;Target;Realisasi"),
        ("/unduh/balai.csv?year=2026&column=realised", "Jenis baris;Kode;Nama;Ukuran;Realisasi"),
        ("/unduh/bandingkan.csv?a_year=2026&b_year=2026", "Jenis baris;Kode;Nama;Kiri;Bagian kiri"),
    ],
)
def test_a_file_has_the_headings_of_the_page(client, directorate, path, head):
    client.force_login(directorate)
    assert f"\n{head};" in client.get(path).content.decode().replace("\r", "")
