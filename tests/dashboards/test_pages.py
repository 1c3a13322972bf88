"""The dashboards through HTTP."""

import datetime
import html
import re

import pytest

from quotas import tally
from tests.factories import make_placement

pytestmark = pytest.mark.django_db


def test_a_past_year_that_holds_nothing_is_unknown_and_never_zero(client, directorate, officer):
    client.force_login(directorate)
    for path in ("/nasional/", "/provinsi/33/", "/balai/bp3mi-jateng/", "/balai/", "/dinding/",
                 "/bandingkan/?a_year=2022&b_year=2022"):  # fmt: skip
        page = client.get(path, {"year": "2022"} if "?" not in path else None).content.decode()
        assert "Belum ada data penempatan 2022" in page, path
        assert "0,0 %" not in page, path
    make_placement(by=officer, completed_on=datetime.date(2022, 3, 1))
    assert "Belum ada data" not in client.get("/nasional/?year=2022").content.decode()


def test_the_national_page_shows_the_enacted_target_of_2025(client, directorate, officer):
    make_placement(by=officer, completed_on=datetime.date(2025, 3, 3))
    client.force_login(directorate)
    page = client.get("/nasional/?year=2025").content.decode()
    assert "259.144" in page
    assert "menurut daerah asal" in page
    assert "dilayani" in page


def test_the_national_page_takes_the_same_few_queries_whatever_it_shows(
    client, directorate, officer, django_assert_max_num_queries
):
    for origin in ("3301", "3201", "3501", "5201"):
        make_placement(by=officer, origin=origin)
    tally.fold()
    client.force_login(directorate)
    client.get("/nasional/?year=2025")
    with django_assert_max_num_queries(20):
        client.get("/nasional/?year=2025")


def test_english_is_offered(client, directorate):
    client.force_login(directorate)
    client.post("/i18n/setlang/", {"language": "en"})
    assert client.get("/nasional/").status_code == 200


def test_strange_parameters_give_a_page_with_a_sentence(client, directorate):
    client.force_login(directorate)
    for query in ("year=abc", "year=1999", "programme=x", "through=zz", "through=2020-01-01"):
        answer = client.get(f"/nasional/?{query}")
        assert answer.status_code == 200, query
        assert "alert-warning" in answer.content.decode(), query


def test_papua_without_a_balai_has_a_page(client, directorate):
    client.force_login(directorate)
    page = client.get("/provinsi/91/").content.decode()
    assert "Wilayah layanan belum diketahui" in page


def test_an_officer_sees_own_balai_and_not_another(client, officer):
    client.force_login(officer)
    assert client.get("/balai/bp3mi-jateng/").status_code == 200
    assert client.get("/balai/bp3mi-ntb/").status_code == 404
    assert client.get("/provinsi/33/").status_code == 200
    assert client.get("/provinsi/52/").status_code == 404


def test_every_page_asks_for_a_sign_in(client, db):
    for url in ("/", "/nasional/", "/provinsi/", "/balai/", "/penempatan/", "/penempatan/catat/"):
        answer = client.get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/accounts/login/"), url


def test_the_csp_allows_nothing_inline(client, directorate):
    client.force_login(directorate)
    policy = client.get("/nasional/")["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


def test_healthz_answers_without_a_sign_in(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_is_503_while_no_worker_has_folded(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "silent"
    assert answer.json()["database"] == "ok"


def test_every_month_and_part_of_a_page_links_to_exactly_its_placements(
    client, directorate, officer
):
    for day in ((3, 2), (3, 9), (4, 1)):
        make_placement(by=officer, completed_on=datetime.date(2026, *day), origin="3302")
    make_placement(by=officer, completed_on=datetime.date(2026, 3, 3), origin="3201")
    client.force_login(directorate)
    page = client.get("/provinsi/33/?year=2026").content.decode()
    links = re.findall(r'href="(/penempatan/\?[^"]+)">([\d.]+)</a>', page)
    counted = [int(shown.replace(".", "")) for _url, shown in links]
    assert {3, 2, 1, 0} <= set(counted)
    for (url, _shown), n in zip(links, counted, strict=True):
        heading = client.get(html.unescape(url)).content.decode().split("<h1>")[1]
        shown = re.search(r">([\d.]+) penempatan", heading).group(1)
        assert int(shown.replace(".", "")) == n, url


def test_the_year_before_is_shown_only_where_something_is_known_of_it(client, directorate, officer):
    make_placement(by=officer)
    client.force_login(directorate)
    assert '<i class="before">' not in client.get("/nasional/?year=2026").content.decode()
    make_placement(by=officer, completed_on=datetime.date(2025, 5, 5))
    assert '<i class="before">' in client.get("/nasional/?year=2026").content.decode()
