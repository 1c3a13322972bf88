"""Charts: they sum, they link, they say the same in words, and they leave as files."""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string

from dashboards.charts.bridge import bridge
from dashboards.charts.maps import province_tiles
from dashboards.charts.months import month_chart
from dashboards.charts.scales import exact, nice
from dashboards.charts.shares import share_chart
from dashboards.charts.standalone import png, svg
from dashboards.charts.steps import step_chart
from dashboards.templatetags.figures import bar_of
from quotas import tally
from quotas.changes import Changes
from quotas.figures import Figure
from quotas.models import TallyBatch, TargetSet
from quotas.plans import Step
from quotas.promises import Measure
from quotas.reading import Place, year_span
from quotas.summary import Part, Summary
from regions.boundaries import load_boundaries, simplified
from regions.models import ProvinceBoundary
from tests.factories import make_placement

DAY = datetime.date(2026, 3, 10)
SVG = "{http://www.w3.org/2000/svg}"


def make_figure(realised: int, target: int | None) -> Figure:
    percent = Decimal(realised) * 100 / target if target else None
    return Figure(
        "origin", "33", "Jawa Tengah", "", target, realised, percent, 5 if target else None, None,
        None, None, None, 0,
    )  # fmt: skip


def make_summary(*, months=None, before=None, plan=None, name="Jawa Tengah") -> Summary:
    months = months or [0] * 12
    return Summary(
        Place("origin", "33"), name, 2026, year_span(2026), DAY,
        make_figure(sum(months), sum(plan) if plan else None), None, months, before, {}, {}, {},
        plan,
    )  # fmt: skip


def make_bridge(then: Figure, now: Figure, **net: int):
    return bridge(
        then=then,
        now=now,
        changes=Changes({kind: abs(n) for kind, n in net.items()}, []),
        since="1 Maret",
        until="saat ini",
    )


def drawn(chart, heading: str = "Judul") -> str:
    return svg(chart=chart, heading=heading, subtitle="dilayani", stamp="Keadaan", notice="")


MONTHS = [40, 60, 25] + [0] * 9
PLAN = [50] * 12


def test_months_run_up_to_the_day_of_the_figures_and_the_running_month_is_marked():
    chart = month_chart(summary=make_summary(months=MONTHS, plan=PLAN))
    assert [month.total for month in chart.months] == [40, 100, 125] + [None] * 9
    assert [month.is_running for month in chart.months] == [False, False, True] + [False] * 9
    assert chart.months[-1].plan_total == 600
    # February: 100 counted, 100 planned.
    assert [month.ahead for month in chart.months[:2]] == [-10, 0]
    assert chart.months[3].ahead is None
    assert len(chart.line.split()) == 4
    assert chart.plan_line.split()[-1].startswith(str(float(chart.right)))


class Addresses:
    """Addresses that say what was asked of them."""

    def __call__(self, *, span):
        return f"/x/{span.first}..{span.last}/"

    def month(self, first):
        return f"/x/{first}/"

    def through_month(self, first):
        return f"/x/..{first}/"


def test_months_link_to_their_placements_in_drawing_and_table():
    chart = month_chart(summary=make_summary(months=MONTHS, before=[7] * 12), behind=Addresses())
    page = render_to_string("charts/figure.html", {"chart": chart})
    assert page.count('href="/x/2026-03-01/"') == 2
    assert page.count('href="/x/2025-03-01/"') == 2
    assert page.count('href="/x/..2026-03-01/"') == 1
    assert "style=" not in page
    assert "href=" not in drawn(chart)


def test_no_data_is_no_bar_no_plan_and_no_last_year():
    chart = month_chart(summary=make_summary())
    assert chart.is_empty
    assert (chart.has_before, chart.has_plan, chart.plan_line) == (False, False, "")
    page = render_to_string("charts/figure.html", {"chart": chart})
    assert "Belum ada penempatan" in page
    assert "2025" not in page
    for empty in (
        step_chart(summary=make_summary(), steps=[]),
        share_chart(dimension="sex", parts=[]),
        make_bridge(make_figure(0, None), make_figure(0, None)),
    ):
        ElementTree.fromstring(drawn(empty))
        render_to_string("charts/figure.html", {"chart": empty})


@pytest.mark.parametrize("target", [(600, 640), (640, 600), (700, 700), (3, 7)])
def test_the_steps_of_a_bridge_sum_exactly_in_counts_and_in_points(target):
    then, now = make_figure(427, target[0]), make_figure(430, target[1])
    chart = make_bridge(then, now, recorded_later=5, new=2, moved_in=1, moved_out=-2, voided=-3)
    first, *steps, last = chart.steps
    assert first.n + sum(step.n or 0 for step in steps) == last.n == 430
    assert first.points + sum(step.points for step in steps) == last.points
    assert last.points == Fraction(43000, target[1])
    shown = [Fraction(exact(step.points)) for step in chart.steps]
    assert shown[0] + sum(shown[1:-1]) + chart.rounding == shown[-1]
    assert any(step.kind == "target" for step in steps) == (target[0] != target[1])
    assert chart.problem == ""


def test_what_the_ledger_does_not_explain_is_a_step_of_its_own_and_an_alarm():
    chart = make_bridge(make_figure(10, 100), make_figure(14, 100), new=3)
    (step,) = [step for step in chart.steps if step.kind == "unexplained"]
    assert step.n == chart.unexplained == 1
    assert 'role="alert"' in render_to_string("charts/figure.html", {"chart": chart})


def test_a_bridge_without_a_target_is_told_in_counts():
    chart = make_bridge(make_figure(10, None), make_figure(13, 100), new=3)
    assert not chart.has_points
    assert [step.words for step in chart.steps] == ["10", "+3", "13"]
    assert chart.sentence.startswith("Realisasi 10 (1 Maret) menjadi 13 (saat ini)")


def test_steps_of_the_target_are_lifted_where_there_was_none():
    names = [("A", 1, 900), ("B", 4, None), ("C", 7, 300)]
    steps = [
        Step(datetime.date(2026, month, 1), TargetSet(name=name), amount)
        for name, month, amount in names
    ]
    chart = step_chart(summary=make_summary(months=MONTHS), steps=steps)
    assert chart.path.count("M") == 2
    assert chart.steps[-1].percent == "41,7 %"
    assert [total for _day, total in chart.totals] == [40, 100, 125]


def test_shares_and_the_rest_are_the_whole_and_a_loss_stays_in_the_rest():
    parts = [Part("sex", str(n), f"Nilai {n}", n, 2, 55) for n in range(10, 0, -1)]
    parts.append(Part("sex", "gone", "Hilang", 0, 9, 55))
    chart = share_chart(dimension="sex", parts=parts, most=4, behind=lambda code: f"/x/{code}")
    assert sum(share.n for share in chart.shares) == chart.whole == 55
    assert sum(share.before for share in chart.shares) == 29
    assert [share.is_rest for share in chart.shares] == [False] * 4 + [True]
    page = render_to_string("charts/figure.html", {"chart": chart})
    assert page.count('href="/x/10"') == 2


def test_names_are_escaped_and_a_file_is_xml_whatever_they_hold():
    name = 'A<script>&"\x0b'
    part = Part("destination", "x", name, 3, None, 3)
    chart = share_chart(dimension="destination", parts=[part])
    root = ElementTree.fromstring(drawn(chart, heading=name))
    assert root.find(f"{SVG}title").text == 'A<script>&"'
    assert "<script" not in drawn(chart)
    assert "<script" not in render_to_string("charts/figure.html", {"chart": chart})


def test_a_png_is_a_png():
    assert png(drawn(month_chart(summary=make_summary(months=MONTHS)))).startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize(("value", "top"), [(1, 4), (5, 8), (4800, 4800), (51_000, 60_000)])
def test_an_axis_divides_into_four_plain_steps(value, top):
    assert nice(value) == top


def test_a_bar_runs_on_beyond_its_scale_and_shows_what_is_due():
    assert bar_of(make_figure(185, 100))["runs_on"]
    bar = bar_of(make_figure(50, 100), expected=Fraction(70))
    assert (bar["expected"], bar["said"]) == ("100.0", "50,0 %, seharusnya 70,0 %")
    assert 'class="due"' in render_to_string("components/bar.html", bar)
    assert 'class="due"' not in render_to_string("components/bar.html", bar_of(make_figure(5, 10)))


@pytest.mark.parametrize(
    "query",
    ["bulan", "target", "bagian?dimension=destination", "bagian?dimension=unit", "petak",
     "petak?measure=served", "bulan?level=origin&code=33", "bulan?level=office&code=bp3mi-jateng"],
)  # fmt: skip
def test_every_chart_leaves_as_svg_and_png(client, officer, query):
    make_placement(by=officer)
    client.force_login(officer)
    name, _mark, rest = query.partition("?")
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        answer = client.get(f"/grafik/{name}.{kind}?year=2026&{rest}")
        assert answer.status_code == 200, query
        assert answer.content.startswith(begins)
        assert re.search(
            rf'filename="[a-z0-9-]+_(nasional|daerah-asal|dilayani)_{name}[a-z_-]*_2026_per-',
            answer["Content-Disposition"],
        )
    text = client.get(f"/grafik/{name}.svg?year=2026&{rest}")
    root = ElementTree.fromstring(text.content)
    assert root.find(f"{SVG}style") is not None
    assert "Sumber: Capaian PMI" in text.content.decode()
    assert "unsafe" not in text["Content-Security-Policy"]


def test_a_bridge_is_drawn_from_a_state_that_was_asked_for(client, officer):
    make_placement(by=officer)
    tally.fold()
    batch = TallyBatch.objects.latest("number").number
    make_placement(by=officer)
    client.force_login(officer)
    page = client.get(f"/grafik/jembatan.svg?year=2026&batch={batch}").content.decode()
    assert "dicatat kemudian" in page
    assert client.get("/grafik/jembatan.svg?year=2026").status_code == 404


def test_a_chart_of_a_place_is_seen_by_who_sees_its_page(client, officer):
    for query, status in (
        ("level=served&code=bp3mi-jateng", 200), ("level=served&code=bp3mi-ntb", 404),
        ("level=origin&code=52", 404), ("level=galaxy&code=1", 404), ("level=origin", 404),
        ("code=33", 404),
    ):  # fmt: skip
        client.force_login(officer)
        assert client.get(f"/grafik/bulan.svg?year=2025&{query}").status_code == status, query
    assert client.get("/grafik/apa.svg").status_code == 404
    assert client.get("/grafik/bagian.svg?dimension=nik").status_code == 404
    client.logout()
    assert client.get("/grafik/bulan.svg").status_code == 302


def test_served_tiles_carry_the_figure_of_the_balai_that_serves_the_province(db):
    row = Figure(
        "served", "bp3mi-jateng", "BP3MI Jawa Tengah", "bp3mi", 10, 7, Decimal(70), 3, None, None,
        None, None, 0,
    )  # fmt: skip
    tiles = province_tiles(rows=[row], measure=Measure.SERVED, day=DAY)
    assert len(tiles) == 38
    assert {tile.code for tile in tiles if tile.figure} >= {"33"}
    assert all(tile.unit == "BP3MI Jawa Tengah" for tile in tiles if tile.figure)


SQUARE = [[110, -8], [111, -8], [111, -7], [110, -7], [110, -8]]


def collection(code: str = "33", coordinates=None) -> dict:
    shape = {"type": "Polygon", "coordinates": coordinates or [SQUARE]}
    return {"features": [{"properties": {"KODE_PROV": code}, "geometry": shape}]}


def test_a_boundary_map_is_offered_once_boundaries_are_loaded(client, officer, tmp_path):
    client.force_login(officer)
    assert client.get("/grafik/peta.svg?year=2025").status_code == 404
    file = tmp_path / "batas.geojson"
    file.write_text(json.dumps(collection()))
    call_command("load_boundaries", file, source="Badan Contoh", licence="CC BY 4.0", verbosity=0)
    assert ProvinceBoundary.objects.get().path.startswith("M")
    page = client.get("/grafik/peta.svg?year=2025").content.decode()
    assert "Badan Contoh (CC BY 4.0)" in page
    ElementTree.fromstring(page)


@pytest.mark.parametrize(
    "geojson",
    [[], {}, {"features": [1]}, {"features": []}, collection("99"), collection("33", [[["x", 1]]]),
     collection("33", [[[float("nan"), 1]]])],
)  # fmt: skip
def test_what_is_no_boundary_file_is_refused_in_a_sentence_and_changes_nothing(db, geojson):
    load_boundaries(geojson=collection(), source="A", licence="B")
    with pytest.raises(ValidationError):
        load_boundaries(geojson=geojson, source="A", licence="B")
    with pytest.raises(ValidationError):
        load_boundaries(geojson=collection(), source=" ", licence="B")
    assert ProvinceBoundary.objects.count() == 1


def test_the_command_says_what_is_wrong_with_a_file(db, tmp_path):
    with pytest.raises(CommandError):
        call_command("load_boundaries", tmp_path / "tidak-ada", source="A", licence="B")


def test_a_simplified_line_stays_within_its_tolerance():
    line = [(x / 10, (x % 3) / 100) for x in range(100)]
    assert simplified(line, 0.05) == [line[0], line[-1]]
    assert len(simplified([(0, 0), (1, 1), (2, 0)], 0.5)) == 3
