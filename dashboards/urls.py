"""Addresses of the dashboards."""

from django.urls import URLPattern, path

from dashboards import export_pages, pages

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
    path("target/", pages.versions, name="versions"),
    path("target/<int:pk>/penetapan.pdf", pages.decree, name="decree"),
    path("capaian-kami/", pages.own, name="own"),
    path("provinsi/", pages.provinces, name="provinces"),
    path("provinsi/<str:code>/", pages.province, name="province"),
    path("provinsi/<str:code>/penempatan/", pages.province_placements, name="province_placements"),
    path("balai/", pages.units, name="units"),
    path("balai/<slug:code>/", pages.unit, name="unit"),
    path("balai/<slug:code>/perjanjian/", pages.agreement, name="agreement"),
    path("balai/<slug:code>/penempatan/", pages.unit_placements, name="unit_placements"),
    *_files("nasional", export_pages.national, "national"),
    *_files("provinsi", export_pages.provinces, "provinces"),
    *_files("balai", export_pages.units, "units"),
    *_files("provinsi/<slug:code>", export_pages.province, "province"),
    *_files("balai/<slug:code>", export_pages.unit, "unit"),
    *_files("kantor/<slug:code>", export_pages.office, "office"),
    *_files("kabupaten/<slug:code>", export_pages.regency, "regency"),
]
