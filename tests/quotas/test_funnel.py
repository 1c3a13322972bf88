"""Stages before a placement: reported, dated, apart from what is counted, and never invented."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from placement.models import Programme
from quotas import tally
from quotas.funnel import COUNTED, Reported, funnels_of, stages_of
from quotas.models import StageReport, TallyBatch
from quotas.moments import moment_of_batch
from quotas.reading import Place
from quotas.stage_reporting import report_stage
from quotas.state import state_tag
from quotas.summary import summarise
from regions.models import Office
from tests.factories import make_placement

YEAR = "2026"
JATENG = "bp3mi-jateng"
PAGE = f"/balai/{JATENG}/corong/"
DAY = datetime.date(2026, 3, 2)


def month(number: int, year: int = 2026) -> datetime.date:
    return datetime.date(year, number, 1)


def report(by, count: int | None, **changes) -> StageReport:
    """Report the training of March of BP3MI Jawa Tengah, or what ``changes`` say."""
    told = {
        "unit": Office.objects.get(pk=JATENG), "stage": "training", "month": month(3),
        "reason": "laporan bulanan", "source": "Rekap pelatihan", "count": count,
        "programme": Programme.objects.get(pk="smk-go-global"),
    } | changes  # fmt: skip
    return report_stage(by=by, **told)


def funnel_on(client, page: str, **asked) -> dict[str, object]:
    """Stage -> row of the only funnel of a page."""
    answer = client.get(page, {"year": YEAR} | asked)
    assert answer.context["problems"] == []
    (card,) = answer.context["funnels"]
    return {row.stage.key: row for row in card.rows}


# --- the arithmetic -------------------------------------------------------------------------

UNITS = st.sampled_from(["", "a", "b"])
MONTHS = st.integers(1, 6).map(month)
REPORTS = st.dictionaries(
    st.tuples(UNITS, st.sampled_from(StageReport.Stage.values), MONTHS),
    st.integers(0, 10**6), max_size=25,
)  # fmt: skip
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c"]), MONTHS), st.integers(0, 10**6), max_size=15
)


def rows_of(known: dict) -> list[Reported]:
    return [
        Reported("p", unit, stage, each, n, "s", DAY) for (unit, stage, each), n in known.items()
    ]


@given(known=REPORTS, cells=CELLS)
def test_a_stage_is_the_sum_of_its_months_and_a_share_only_of_what_both_know(known, cells):
    stages = stages_of(reports=rows_of(known), cells=cells, counted=sum(cells.values()))
    assert [stage.key for stage in stages] == [*StageReport.Stage.values, COUNTED]
    before = None
    for stage in stages[:-1]:
        mine = {
            (unit, each): n for (unit, name, each), n in known.items() if name == stage.key
        }  # fmt: skip
        own = {key: n for key, n in mine.items() if not key[0]}
        shown = own or mine
        assert stage.n == (sum(shown.values()) if shown else None), "nothing reported is not 0"
        others = sum(n for key, n in mine.items() if key[0])
        assert stage.beside == (others if own and len(mine) > len(own) else None)
        both = (before or {}).keys() & shown.keys()
        assert bool(stage.share) == bool(both)
        if both:
            pair = (sum(shown[key] for key in both), sum(before[key] for key in both))
            assert (stage.share.n, stage.share.of) == pair
        before = shown or None
    last = stages[-1]
    assert last.n == sum(cells.values())
    assert bool(last.share) == bool(before)
    if before:
        assert last.share.is_mixed
        assert last.share.of == sum(before.values())
        assert last.share.n <= last.n


@given(known=REPORTS)
def test_the_nation_is_the_sum_of_its_balai_where_it_reports_nothing_itself(known):
    of_balai = {key: n for key, n in known.items() if key[0]}
    nation = stages_of(reports=rows_of(of_balai), cells={}, counted=0)
    parts = [
        stages_of(
            reports=rows_of({key: n for key, n in of_balai.items() if key[0] == unit}),
            cells={}, counted=0,
        )
        for unit in ("a", "b")
    ]  # fmt: skip
    for whole, *each in zip(nation, *parts, strict=True):
        if not whole.is_counted:
            told = [stage.n for stage in each if stage.n is not None]
            assert whole.n == (sum(told) if told else None)


# --- the verb -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_head_reports_for_the_own_balai_and_administrators_for_all(
    head, target_admin, officer, stranger, directorate, auditor
):
    assert report(head, 10).reported_by == head
    assert report(target_admin, 5, unit=None).unit is None
    for user in (officer, stranger, directorate, auditor):
        with pytest.raises(PermissionDenied):
            report(user, 10)
    with pytest.raises(PermissionDenied):
        report(head, 10, unit=None)
    with pytest.raises(PermissionDenied):
        report(head, 10, unit=Office.objects.get(pk="bp3mi-ntb"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": " "}, "Tulis alasan"),
        ({"source": ""}, "Tulis sumber"),
        ({"month": datetime.date(2026, 3, 2)}, "tanggal 1"),
        ({"month": datetime.date(2099, 1, 1)}, "belum berakhir"),
        ({"stage": "lulus"}, ""),
        ({"count": -1}, ""),
        ({"count": None}, "Belum ada laporan"),
        ({"programme": "regular"}, "tidak punya corong"),
        ({"unit": "kantor-pusat"}, "dilaporkan oleh BP3MI"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(target_admin, changes, sentence):
    if "programme" in changes:
        changes = {"programme": Programme.objects.get(pk=changes["programme"])}
    if "unit" in changes:
        outside = Office.objects.served_units().exclude(kind=Office.Kind.BALAI).first()
        changes = {"unit": outside}
    with pytest.raises(ValidationError) as refused:
        report(target_admin, **({"count": 1} | changes))
    assert sentence in str(refused.value)
    assert not StageReport.objects.exists()


@pytest.mark.django_db
def test_a_second_report_replaces_the_first_and_the_history_keeps_both(head, target_admin):
    first = report(head, 10)
    assert report(head, 10).events.count() == 1, "the same again changes nothing"
    again = report(target_admin, 12, reason="salah ketik")
    assert (again.pk, again.count) == (first.pk, 12)
    events = again.events.select_related("pgh_context").order_by("pgh_id")
    told = [(each.count, each.pgh_context.metadata["reason"]) for each in events]
    assert told == [(10, "laporan bulanan"), (12, "salah ketik")]
    assert report(head, None, reason="bulan keliru").count is None
    assert report(head, None, reason="bulan keliru").events.count() == 3


@pytest.mark.django_db
def test_one_month_of_one_stage_stands_once_for_the_nation_too(target_admin):
    row = report(target_admin, 5, unit=None)
    row.pk, row._state.adding = None, True
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert "sudah dilaporkan" in str(refused.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# --- the pages ------------------------------------------------------------------------------


@pytest.fixture
def some(officer, head, target_admin):
    """Three placements of the programme, two of them of March, and reports of two balai."""
    for day in (DAY, DAY, datetime.date(2026, 4, 2)):
        make_placement(by=officer, programme="smk-go-global", completed_on=day)
    make_placement(by=officer, completed_on=DAY)
    tally.fold()
    report(head, 10)
    report(head, 20, month=month(4))
    report(head, 8, stage="account")
    report(head, 5, stage="process")
    report(target_admin, 7, unit=Office.objects.get(pk="bp3mi-ntb"))


@pytest.mark.django_db
def test_reported_and_counted_stand_beside_each_other(client, directorate, some):
    client.force_login(directorate)
    rows = funnel_on(client, f"/balai/{JATENG}/")
    told = {key: row.stage.n for key, row in rows.items()}
    assert told == {"training": 30, "account": 8, "process": 5, "ekpmi": 3}
    account, ekpmi = rows["account"].stage.share, rows["ekpmi"].stage.share
    assert (account.n, account.of, account.is_mixed) == (8, 10, False), "March alone is in both"
    assert (ekpmi.n, ekpmi.of, ekpmi.is_mixed) == (2, 5, True)
    nation = funnel_on(client, "/nasional/")
    assert nation["training"].stage.n == 37
    assert nation["training"].stage.units == 2
    assert (nation["account"].stage.share.n, nation["account"].stage.share.of) == (8, 10)
    page = client.get("/nasional/", {"year": YEAR}).content.decode()
    assert "dilaporkan 2 balai" in page
    assert "dihitung dari penempatan" in page
    assert "dihitung ÷ dilaporkan" in page
    opened = client.get(nation["ekpmi"].behind).context["total"]
    assert opened == nation["ekpmi"].stage.n == 3


@pytest.mark.django_db
def test_the_tally_never_holds_what_was_reported(some):
    assert tally.reconcile().placements == 4


@pytest.mark.django_db
def test_nothing_reported_is_said_and_never_zero(client, directorate, officer):
    client.force_login(directorate)
    make_placement(by=officer, completed_on=DAY.replace(year=2025))
    assert client.get("/nasional/", {"year": "2025"}).context["funnels"] == []
    make_placement(by=officer, programme="smk-go-global", completed_on=DAY)
    rows = funnel_on(client, "/nasional/")
    assert {row.stage.n for key, row in rows.items() if key != COUNTED} == {None}
    assert client.get("/nasional/", {"year": YEAR}).content.decode().count("belum dilaporkan") >= 3


@pytest.mark.django_db
def test_the_nations_own_report_is_shown_and_the_balai_beside_it(
    client, directorate, target_admin, some
):
    report(target_admin, 100, unit=None)
    client.force_login(directorate)
    stage = funnel_on(client, "/nasional/")["training"].stage
    assert (stage.n, stage.beside, stage.units) == (100, 37, 0)
    page = client.get("/nasional/", {"year": YEAR}).content.decode()
    assert "laporan balai berjumlah 37; tidak ditambahkan" in page


@pytest.mark.django_db
def test_there_is_a_funnel_only_for_its_programme_and_its_places(client, directorate, some):
    client.force_login(directorate)
    for page, asked in (
        ("/nasional/", {"programme": "regular"}), ("/provinsi/33/", {}), ("/kabupaten/3301/", {}),
        (f"/kantor/{JATENG}/", {}),
    ):  # fmt: skip
        assert client.get(page, {"year": YEAR} | asked).context["funnels"] == [], page
    assert funnel_on(client, "/nasional/", programme="smk-go-global")["ekpmi"].stage.n == 3


@pytest.mark.django_db
def test_only_months_that_were_over_on_the_day_of_the_page_count(client, directorate, some):
    client.force_login(directorate)
    for through, training in (("2026-04-30", 30), ("2026-04-29", 10), ("2026-03-30", None)):
        rows = funnel_on(client, f"/balai/{JATENG}/", through=through)
        assert rows["training"].stage.n == training, through


@pytest.mark.django_db
def test_as_it_stood_knows_the_reports_of_then(directorate, head, some):
    batch = TallyBatch.objects.latest("number")
    moment = moment_of_batch(batch.number)
    programmes = list(Programme.objects.all())

    def training(as_of) -> int | None:
        summary = summarise(user=directorate, place=Place("served", JATENG), year=2026, as_of=as_of)
        (funnel,) = funnels_of(summary, programmes=programmes, programme="", as_of=as_of)
        assert funnel.problems == []
        return funnel.stages[0].n

    # A test is one transaction, so the clock of its events is set by hand.
    events = StageReport.pgh_event_model.objects
    events.update(pgh_created_at=batch.folded_at + datetime.timedelta(hours=1))
    assert (training(moment), training(None)) == (None, 30)
    events.update(pgh_created_at=batch.folded_at)
    last = events.latest("pgh_id").pk
    report(head, 99)
    events.filter(pgh_id__gt=last).update(
        pgh_created_at=batch.folded_at + datetime.timedelta(hours=1)
    )
    assert (training(moment), training(None)) == (30, 119)


@pytest.mark.django_db
def test_a_report_is_a_new_state_of_the_pages(head):
    tag = state_tag()
    report(head, 10)
    assert state_tag() != tag


@pytest.mark.django_db
def test_file_and_api_say_what_the_page_says(client, directorate, some):
    client.force_login(directorate)
    for page, file, asked in (
        ("/nasional/", "nasional", {}),
        (f"/balai/{JATENG}/", f"balai/{JATENG}", {"level": "balai", "code": JATENG}),
    ):
        rows = funnel_on(client, page)
        told = {key: (row.stage.n, row.stage.share) for key, row in rows.items()}
        (funnel,) = client.get("/api/v1/funnel", {"year": YEAR} | asked).json()["funnels"]
        for stage in funnel["stages"]:
            n, share = told[stage["stage"]]
            assert stage["count"] == n
            assert (stage["share"] or {}).get("of") == (share.of if share else None)
        text = client.get(f"/unduh/{file}.csv", {"year": YEAR}).content.decode()
        lines = [
            line
            for line in csv.reader(text.splitlines(), delimiter=";")
            if line and line[0] == "corong"
        ]
        assert {line[1].partition("/")[2]: line[5] for line in lines} == {
            key: str(n) for key, (n, _share) in told.items()
        }
        assert [line[3] == "reported" for line in lines] == [True, True, True, False]
        book = b"".join(client.get(f"/unduh/{file}.xlsx", {"year": YEAR}).streaming_content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Corong")
        numbers = [row[2] for row in sheet.to_python() if row[0] == "SMK Go Global"]
        assert numbers == [n for n, _share in told.values()]


# --- where it is reported -------------------------------------------------------------------

SENT = {
    "programme": "smk-go-global", "stage": "training", "month": "2026-03-01", "count": "1.250",
    "source": "Rekap", "reason": "laporan",
}  # fmt: skip


@pytest.mark.django_db
def test_a_head_reports_through_the_page_and_sees_it_there(client, head):
    client.force_login(head)
    assert client.post(f"{PAGE}?year={YEAR}", SENT).status_code == 302
    assert StageReport.objects.get().count == 1250
    page = client.get(PAGE, {"year": YEAR}).content.decode()
    assert "1.250" in page
    assert "Rekap" in page
    assert client.post(f"{PAGE}?year={YEAR}", SENT | {"count": ""}).status_code == 302
    assert "laporan ditarik" in client.get(PAGE, {"year": YEAR}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [("count", "banyak", "bilangan bulat"), ("count", "", "Belum ada laporan"),
     ("source", "", "Tulis sumber"), ("reason", "", "Tulis alasan"),
     ("month", "2026-03-02", "Pilih salah satu"), ("stage", "x", "Pilih salah satu"),
     ("programme", "regular", "Pilih salah satu")],
)  # fmt: skip
def test_a_wrong_report_comes_back_with_a_sentence(client, head, field, typed, sentence):
    client.force_login(head)
    answer = client.post(f"{PAGE}?year={YEAR}", SENT | {field: typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.django_db
def test_a_balai_reads_its_own_reports_and_the_nations(client, head, target_admin, some):
    report(target_admin, 100, unit=None)
    client.force_login(head)
    page = client.get("/nasional/corong/?year=2026")
    months = page.context["months"]
    assert page.context["month"] == months[0]
    seen = set()
    for month in months:
        shown = client.get(f"/nasional/corong/?year=2026&month={month:%Y-%m}").context["lines"]
        assert {line.month for line in shown} == {month}
        seen |= {line.unit.pk if line.unit else None for line in shown}
    assert seen == {None, JATENG}
    assert client.get("/balai/bp3mi-ntb/corong/").status_code == 404


@pytest.mark.django_db
def test_the_admin_reports_by_the_same_verb(client, target_admin):
    target_admin.is_staff = True
    target_admin.save()
    client.force_login(target_admin)
    add = "/admin/quotas/stagereport/add/"
    sent = SENT | {"month": "2026-03-01", "count": "40", "unit": ""}
    assert "ditarik" in client.post(add, sent | {"count": ""}).content.decode()
    assert "belum berakhir" in client.post(add, sent | {"month": "2099-01-01"}).content.decode()
    assert client.post(add, sent).status_code == 302
    row = StageReport.objects.get()
    assert (row.count, row.unit, row.reported_by) == (40, None, target_admin)
    change = f"/admin/quotas/stagereport/{row.pk}/change/"
    assert client.post(change, {"count": "", "source": "x", "reason": "tarik"}).status_code == 302
    row.refresh_from_db()
    assert row.count is None
    history = client.get(f"/admin/quotas/stagereport/{row.pk}/history/").content.decode()
    assert "tarik" in history
