"""Addresses of the dashboards."""

from django.urls import path

from dashboards import pages, report_pages

app_name = "dashboards"

urlpatterns = [
    path("", pages.home, name="home"),
    path("nasional/", pages.national, name="national"),
    path("target/", pages.versions, name="versions"),
    path("target/<int:pk>/penetapan.pdf", pages.decree, name="decree"),
    path("laporan/", report_pages.reports, name="reports"),
    path("laporan/periksa/", report_pages.verify, name="verify"),
    path("laporan/berkas/<slug:sha256>.pdf", report_pages.report_file, name="report_file"),
    path("capaian-kami/", pages.own, name="own"),
    path("provinsi/", pages.provinces, name="provinces"),
    path("provinsi/<str:code>/", pages.province, name="province"),
    path("provinsi/<str:code>/penempatan/", pages.province_placements, name="province_placements"),
    path("balai/", pages.units, name="units"),
    path("balai/<slug:code>/", pages.unit, name="unit"),
    path("balai/<slug:code>/perjanjian/", pages.agreement, name="agreement"),
    path("balai/<slug:code>/penempatan/", pages.unit_placements, name="unit_placements"),
]
