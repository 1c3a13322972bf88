"""Addresses of the dashboards."""

from django.urls import URLPattern, path, re_path

from dashboards import (
    change_pages,
    compare_pages,
    drawings,
    export_pages,
    late_pages,
    pages,
    part_pages,
    report_pages,
    stage_pages,
    target_pages,
    theme,
    wall_pages,
)

app_name = "dashboards"


def _files(address: str, view, name: str) -> list[URLPattern]:
    """The CSV and the XLSX of a page: names ``<name>_csv`` and ``<name>_xlsx``."""
    return [
        path(f"unduh/{address}.{kind}", view, {"kind": kind}, name=f"{name}_{kind}")
        for kind in ("csv", "xlsx")
    ]


urlpatterns = [
    path("", pages.home, name="home"),
    path("nasional/", pages.national, name="national"),
    path("nasional/corong/", stage_pages.stages, name="stages_national"),
    path("tema/", theme.choose, name="theme"),
    path("dinding/", wall_pages.wall, name="wall"),
    path("bandingkan/", compare_pages.compare, name="compare"),
    path("perubahan/", change_pages.changes, name="changes"),
    path("penempatan-saat-itu/", change_pages.placements_then, name="placements_then"),
    path("keterlambatan/", late_pages.late, name="late"),
    path("rincian/<slug:dimension>/", part_pages.parts, name="parts"),
    path("target/", target_pages.versions, name="versions"),
    path("target/<int:pk>/penetapan.pdf", target_pages.decree, name="decree"),
    re_path(r"^grafik/(?P<name>[a-z]+)\.(?P<kind>svg|png)$", drawings.drawing, name="drawing"),
    path("laporan/", report_pages.reports, name="reports"),
    path("laporan/periksa/", report_pages.verify, name="verify"),
    path("laporan/berkas/<slug:sha256>.pdf", report_pages.report_file, name="report_file"),
    path("capaian-kami/", pages.own, name="own"),
    path("capaian-kami/ringkas/", pages.own_line, name="own_line"),
    path("provinsi/", pages.provinces, name="provinces"),
    path("provinsi/<str:code>/", pages.province, name="province"),
    path("provinsi/<str:code>/penempatan/", pages.province_placements, name="province_placements"),
    path("kabupaten/<str:code>/", pages.regency, name="regency"),
    path("balai/", pages.units, name="units"),
    path("balai/<slug:code>/", pages.unit, name="unit"),
    path("balai/<slug:code>/perjanjian/", target_pages.agreement, name="agreement"),
    path("balai/<slug:code>/corong/", stage_pages.stages, name="stages"),
    path("balai/<slug:code>/penempatan/", pages.unit_placements, name="unit_placements"),
    path("kantor/<slug:code>/", pages.office, name="office"),
    *_files("bandingkan", export_pages.compared, "compare"),
    *_files("perubahan", export_pages.changed, "changes"),
    *_files("nasional", export_pages.national, "national"),
    *_files("provinsi", export_pages.provinces, "provinces"),
    *_files("balai", export_pages.units, "units"),
    *_files("provinsi/<slug:code>", export_pages.province, "province"),
    *_files("balai/<slug:code>", export_pages.unit, "unit"),
    *_files("kantor/<slug:code>", export_pages.office, "office"),
    *_files("kabupaten/<slug:code>", export_pages.regency, "regency"),
]
