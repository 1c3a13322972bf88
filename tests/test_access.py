"""Who gets what at every address: one table, and no address without its rows.

A new page needs its rows here, for GET and for POST, before the tests pass. What the ministry's
groups may see is written out by hand on purpose: a table made from the code would agree with it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token
from dashboards.models import Report
from placement.closing import close_month
from placement.models import ImportJob
from quotas import tally, targets
from quotas.models import TargetSet
from regions.models import Office
from tests.factories import form_data, make_placement

pytestmark = pytest.mark.django_db

WHO = (
    "anonymous", "officer", "stranger", "head", "directorate", "target_admin", "auditor",
    "superuser",
)  # fmt: skip

_DRAWING = r"^grafik/(?P<name>[a-z]+)\.(?P<kind>svg|png)$"
# (method, route, what each of WHO gets): a status, or ``login`` or ``factor`` for the page one is
# sent to instead; ``|`` where it depends on more than who asks. A row out of reach is 404, a step
# that is not for this group 403.
ROWS: list[tuple[str, str, str]] = [
    ("GET", "", "login 302 302 302 302 302 302 factor"),
    ("POST", "", "login 405 405 405 405 405 405 factor"),
    ("GET", "nasional/", "login 200 200 200 200 200 200 factor"),
    ("POST", "nasional/", "login 405 405 405 405 405 405 factor"),
    ("GET", "target/", "login 200 200 200 200 200 200 factor"),
    ("POST", "target/", "login 405 405 405 405 405 405 factor"),
    ("GET", "target/<int:pk>/penetapan.pdf", "login 200 200 200 200 200 200 factor"),
    ("POST", "target/<int:pk>/penetapan.pdf", "login 405 405 405 405 405 405 factor"),
    ("GET", "capaian-kami/", "login 302 302 302 404 404 404 factor"),
    ("POST", "capaian-kami/", "login 405 405 405 405 405 405 factor"),
    ("GET", "provinsi/", "login 200 200 200 200 200 200 factor"),
    ("POST", "provinsi/", "login 405 405 405 405 405 405 factor"),
    ("GET", "provinsi/<str:code>/", "login 200 404 200 200 200 200 factor"),
    ("POST", "provinsi/<str:code>/", "login 405 405 405 405 405 405 factor"),
    ("GET", "provinsi/<str:code>/penempatan/", "login 302 302 302 302 404 302 factor"),
    ("POST", "provinsi/<str:code>/penempatan/", "login 405 405 405 405 405 405 factor"),
    ("GET", "balai/", "login 200 200 200 200 200 200 factor"),
    ("POST", "balai/", "login 405 405 405 405 405 405 factor"),
    ("GET", "balai/<slug:code>/", "login 200 404 200 200 200 200 factor"),
    ("POST", "balai/<slug:code>/", "login 405 405 405 405 405 405 factor"),
    ("GET", "balai/<slug:code>/perjanjian/", "login 200 404 200 200 200 200 factor"),
    ("POST", "balai/<slug:code>/perjanjian/", "login 403 404 422 403 422 403 factor"),
    ("GET", "rincian/<slug:dimension>/", "login 200 200 200 200 200 200 factor"),
    ("POST", "rincian/<slug:dimension>/", "login 405 405 405 405 405 405 factor"),
    ("GET", "nasional/corong/", "login 200 200 200 200 200 200 factor"),
    ("POST", "nasional/corong/", "login 403 403 403 403 422 403 factor"),
    ("GET", "balai/<slug:code>/corong/", "login 200 404 200 200 200 200 factor"),
    ("POST", "balai/<slug:code>/corong/", "login 403 404 422 403 422 403 factor"),
    ("GET", "api/v1/funnel", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/funnel", "405 405 405 405 405 405 405 factor"),
    ("GET", "balai/<slug:code>/penempatan/", "login 302 302 302 302 404 302 factor"),
    ("POST", "balai/<slug:code>/penempatan/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/", "login 200 200 200 200 200 200 factor"),
    ("POST", "penempatan/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/catat/", "login 200 200 200 403 403 403 factor"),
    ("POST", "penempatan/catat/", "login 200 422 200 403 403 403 factor"),
    ("GET", "penempatan/catat/luring/", "login 200 200 200 403 403 403 factor"),
    ("POST", "penempatan/catat/luring/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/kirim/", "401 200 200 200 401 401 401 factor"),
    ("POST", "penempatan/kirim/", "401 422 422 422 401 401 401 factor"),
    ("GET", "penempatan/hari-ini/", "login 200 200 200 403 403 403 factor"),
    ("POST", "penempatan/hari-ini/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/sw.js", "200 200 200 200 200 200 200 factor"),
    ("POST", "penempatan/sw.js", "405 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/tutup-bulan/", "login 200 200 200 200 403 200 factor"),
    ("POST", "penempatan/tutup-bulan/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/tutup-bulan/<slug:code>/<slug:month>/",
     "login 200 404 200 200 403 200 factor"),
    ("POST", "penempatan/tutup-bulan/<slug:code>/<slug:month>/",
     "login 403 404 302 403 403 403 factor"),
    ("GET", "penempatan/impor/", "login 200 200 200 403 403 403 factor"),
    ("POST", "penempatan/impor/", "login 302 302 302 403 403 403 factor"),
    ("GET", "penempatan/impor/templat.xlsx", "login 200 200 200 200 200 200 factor"),
    ("POST", "penempatan/impor/templat.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/impor/<int:pk>/perbaikan.xlsx",
     "login 200 404 404 404 404 404 factor"),
    ("POST", "penempatan/impor/<int:pk>/perbaikan.xlsx",
     "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/unduh.csv", "login 200 200 200 200 200 200 factor"),
    ("POST", "penempatan/unduh.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/unduh.xlsx", "login 200 200 200 200 200 200 factor"),
    ("POST", "penempatan/unduh.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/koreksi-massal/", "login 200 200 200 403 403 403 factor"),
    ("POST", "penempatan/koreksi-massal/", "login 422 422 422 403 403 403 factor"),
    ("GET", "penempatan/jumlah/", "login 200 200 200 200 200 200 factor"),
    ("POST", "penempatan/jumlah/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/saringan/", "login 405 405 405 405 405 405 factor"),
    ("POST", "penempatan/saringan/", "login 302 302 302 302 302 302 factor"),
    ("GET", "penempatan/<slug:reference>/", "login 200 404 200 200 404 200 factor"),
    ("POST", "penempatan/<slug:reference>/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/<slug:reference>/identitas/",
     "login 302 404 302 403 403 403 factor"),
    ("POST", "penempatan/<slug:reference>/identitas/",
     "login 200 404 200 403 403 403 factor"),
    ("GET", "penempatan/<slug:reference>/koreksi/",
     "login 200 404 200 403 403 403 factor"),
    ("POST", "penempatan/<slug:reference>/koreksi/",
     "login 422 404 422 403 403 403 factor"),
    ("GET", "penempatan/<slug:reference>/periksa/",
     "405 405 405 405 405 405 405 factor"),
    ("POST", "penempatan/<slug:reference>/periksa/",
     "401 200 404 200 403 403 403 factor"),
    ("GET", "penempatan/<slug:reference>/urungkan/",
     "login 302 404 302 403 403 403 factor"),
    ("POST", "penempatan/<slug:reference>/urungkan/",
     "login 302 404 403 403 403 403 factor"),
    ("GET", "penempatan/<slug:reference>/batalkan/",
     "login 302 404 302 403 403 403 factor"),
    ("POST", "penempatan/<slug:reference>/batalkan/",
     "login 302 404 302 403 403 403 factor"),
    ("GET", "penempatan/<slug:reference>/pulihkan/",
     "login 302 404 302 403 403 403 factor"),
    ("POST", "penempatan/<slug:reference>/pulihkan/",
     "login 302 404 302 403 403 403 factor"),
    ("GET", "api/v1/openapi.json", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/openapi.json", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/attainment", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/attainment", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/", "404 404 404 404 404 404 404 factor"),
    ("POST", "api/v1/", "404 404 404 404 404 404 404 factor"),
    ("GET", "dinding/", "login 200 200 200 200 200 200 factor"),
    ("POST", "dinding/", "login 405 405 405 405 405 405 factor"),
    ("GET", "bandingkan/", "login 200 200 200 200 200 200 factor"),
    ("POST", "bandingkan/", "login 405 405 405 405 405 405 factor"),
    ("GET", "perubahan/", "login 200 200 200 200 200 200 factor"),
    ("POST", "perubahan/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan-saat-itu/", "login 200 200 200 200 404 200 factor"),
    ("POST", "penempatan-saat-itu/", "login 405 405 405 405 405 405 factor"),
    ("GET", "keterlambatan/", "login 200 200 200 200 200 200 factor"),
    ("POST", "keterlambatan/", "login 405 405 405 405 405 405 factor"),
    ("GET", _DRAWING, "login 200 200 200 200 200 200 factor"),
    ("POST", _DRAWING, "login 405 405 405 405 405 405 factor"),
    ("GET", "laporan/", "login 200 200 200 200 200 200 factor"),
    ("POST", "laporan/", "login 422 422 422 422 422 422 factor"),
    ("GET", "laporan/periksa/", "login 200 200 200 200 200 200 factor"),
    ("POST", "laporan/periksa/", "login 422 422 422 422 422 422 factor"),
    ("GET", "laporan/berkas/<slug:sha256>.pdf", "login 200 200 200 200 200 200 factor"),
    ("POST", "laporan/berkas/<slug:sha256>.pdf", "login 405 405 405 405 405 405 factor"),
    ("GET", "capaian-kami/ringkas/", "login 200 200 200 404 404 404 factor"),
    ("POST", "capaian-kami/ringkas/", "login 405 405 405 405 405 405 factor"),
    ("GET", "kabupaten/<str:code>/", "login 200 404 200 200 200 200 factor"),
    ("POST", "kabupaten/<str:code>/", "login 405 405 405 405 405 405 factor"),
    ("GET", "kantor/<slug:code>/", "login 200 404 200 200 200 200 factor"),
    ("POST", "kantor/<slug:code>/", "login 405 405 405 405 405 405 factor"),
    ("GET", "penempatan/periksa/", "405 405 405 405 405 405 405 factor"),
    ("POST", "penempatan/periksa/", "401 200 200 200 401 401 401 factor"),
    ("GET", "penempatan/impor/<int:pk>/kolom/", "login 200 404 404 404 404 404 factor"),
    ("POST", "penempatan/impor/<int:pk>/kolom/", "login 422 404 404 404 404 404 factor"),
    ("GET", "akun/surel/", "login 200 200 200 200 200 200 factor"),
    ("POST", "akun/surel/", "login 200 200 200 200 200 200 factor"),
    ("GET", "akun/token/", "login 200 200 200 200 200 200 factor"),
    ("POST", "akun/token/", "login 422 422 422 422 422 422 factor"),
    ("GET", "akun/token/<int:pk>/cabut/", "login 405 405 405 405 405 405 factor"),
    ("POST", "akun/token/<int:pk>/cabut/", "login 302 404 404 404 404 404 factor"),
    ("GET", "api/v1/docs", "login 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/docs", "login 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/months", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/months", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/breakdown", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/breakdown", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/outlook", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/outlook", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/changes", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/changes", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/targets", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/targets", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/units", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/units", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/freshness", "401 200 200 200 200 200 200 factor"),
    ("POST", "api/v1/freshness", "405 405 405 405 405 405 405 factor"),
    ("GET", "api/v1/<path:rest>", "404 404 404 404 404 404 404 factor"),
    ("POST", "api/v1/<path:rest>", "404 404 404 404 404 404 404 factor"),
    ("GET", "unduh/perubahan.csv", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/perubahan.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/perubahan.xlsx", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/perubahan.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/nasional.csv", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/nasional.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/nasional.xlsx", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/nasional.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/bandingkan.csv", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/bandingkan.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/bandingkan.xlsx", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/bandingkan.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/provinsi.csv", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/provinsi.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/provinsi.xlsx", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/provinsi.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/balai.csv", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/balai.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/balai.xlsx", "login 200 200 200 200 200 200 factor"),
    ("POST", "unduh/balai.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/provinsi/<slug:code>.csv", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/provinsi/<slug:code>.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/provinsi/<slug:code>.xlsx", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/provinsi/<slug:code>.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/balai/<slug:code>.csv", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/balai/<slug:code>.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/balai/<slug:code>.xlsx", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/balai/<slug:code>.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/kabupaten/<slug:code>.csv", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/kabupaten/<slug:code>.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/kabupaten/<slug:code>.xlsx", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/kabupaten/<slug:code>.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/kantor/<slug:code>.csv", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/kantor/<slug:code>.csv", "login 405 405 405 405 405 405 factor"),
    ("GET", "unduh/kantor/<slug:code>.xlsx", "login 200 404 200 200 200 200 factor"),
    ("POST", "unduh/kantor/<slug:code>.xlsx", "login 405 405 405 405 405 405 factor"),
    ("GET", "healthz", "200 200 200 200 200 200 200 200"),
    ("POST", "healthz", "405 405 405 405 405 405 405 405"),
    ("GET", "readyz", " ".join(["200|503"] * len(WHO))),
    ("POST", "readyz", "405 405 405 405 405 405 405 405"),
    ("GET", "i18n/setlang/", "302 302 302 302 302 302 302 302"),
    ("POST", "i18n/setlang/", "302 302 302 302 302 302 302 302"),
    ("GET", "tema/", "405 405 405 405 405 405 405 405"),
    ("POST", "tema/", "302 302 302 302 302 302 302 302"),
    ("GET", "admin/quotas/targetset/<path:object_id>/tabel/",
     "login login login login login 200 200 factor"),
    ("POST", "admin/quotas/targetset/<path:object_id>/tabel/",
     "login login login login login 302 403 factor"),
    ("GET", "admin/quotas/targetset/<path:object_id>/bulan/",
     "login login login login login 200 200 factor"),
    ("POST", "admin/quotas/targetset/<path:object_id>/bulan/",
     "login login login login login 200 403 factor"),
    ("GET", "admin/quotas/targetset/<path:object_id>/pratinjau/",
     "login login login login login 200 200 factor"),
    ("POST", "admin/quotas/targetset/<path:object_id>/pratinjau/",
     "login login login login login 200 403 factor"),
    ("GET", "admin/quotas/targetset/<path:object_id>/dokumen/",
     "login login login login login 200 200 factor"),
    ("POST", "admin/quotas/targetset/<path:object_id>/dokumen/",
     "login login login login login 200 403 factor"),
    ("GET", "admin/quotas/targetset/<path:object_id>/riwayat.csv/",
     "login login login login login 200 200 factor"),
    ("POST", "admin/quotas/targetset/<path:object_id>/riwayat.csv/",
     "login login login login login 200 403 factor"),
    ("GET", "admin/quotas/targetset/<path:object_id>/tabel.<str:kind>",
     "login login login login login 200 200 factor"),
    ("POST", "admin/quotas/targetset/<path:object_id>/tabel.<str:kind>",
     "login login login login login 200 403 factor"),
    ("GET", "admin/quotas/targetset/<path:object_id>/langkah/<str:step>/",
     "login login login login login 302 302 factor"),
    ("POST", "admin/quotas/targetset/<path:object_id>/langkah/<str:step>/",
     "login login login login login 302 403 factor"),
]  # fmt: skip
# The admin's own pages by model: whether target administrators and auditors may look, and whether
# target administrators may add. Everything else there is for superusers.
ADMIN_MODELS = {
    "auth.group": (False, False, False),
    "account.emailaddress": (False, False, False),
    "mfa.authenticator": (False, False, False),
    "accounts.user": (False, False, False),
    "accounts.apitoken": (False, False, False),
    "accounts.digestsent": (False, False, False),
    "regions.province": (True, True, True),
    "regions.regency": (True, True, True),
    "regions.country": (True, True, True),
    "regions.office": (True, True, True),
    "regions.servicearea": (True, True, True),
    "regions.datanotice": (True, True, True),
    "placement.scheme": (True, True, True),
    "placement.programme": (True, True, True),
    "placement.employerkind": (True, True, True),
    "placement.sector": (True, True, True),
    "placement.jobtitle": (True, True, True),
    "placement.agency": (True, True, True),
    "quotas.targetset": (True, True, True),
    "quotas.ratingband": (True, True, True),
    "quotas.distribution": (True, True, True),
    "quotas.indicator": (True, True, True),
    "quotas.indicatortarget": (True, True, True),
    "quotas.stagereport": (True, True, True),
    "quotas.tallybatch": (True, True, False),
    "quotas.reconciliation": (True, True, False),
}

# What stands for the parts of a route. Rows are those of BP3MI Jawa Tengah; a row of nobody's
# reach is a 404 for everybody but those who see all.
PARTS = {
    "balai/<slug:code>": "balai/bp3mi-jateng",
    "provinsi/<str:code>": "provinsi/33",
    "tutup-bulan/<slug:code>/<slug:month>": "tutup-bulan/bp3mi-jateng/2026-03",
    "<slug:reference>": "{reference}",
    "impor/<int:pk>/kolom": "impor/{unmatched}/kolom",
    "impor/<int:pk>": "impor/{job}",
    "target/<int:pk>": "target/{decreed}",
    _DRAWING: "grafik/bulan.svg",
    "<slug:sha256>": "0" * 64,
    "kabupaten/<str:code>": "kabupaten/3301",
    "kabupaten/<slug:code>": "kabupaten/3301",
    "provinsi/<slug:code>": "provinsi/33",
    "kantor/<slug:code>": "kantor/bp3mi-jateng",
    "token/<int:pk>": "token/{token}",
    "<path:rest>": "tidak-ada",
    "<path:object_id>/dokumen": "{decreed}/dokumen",
    "<path:object_id>": "{draft}",
    "<str:kind>": "xlsx",
    "<str:step>": "propose",
    "<slug:dimension>": "destination",
}
# What is sent, where nothing sent would not reach the decision.
SENT = {
    "penempatan/catat/": form_data,
    "penempatan/kirim/": form_data,
    "penempatan/<slug:reference>/batalkan/": lambda: {"reason": "batal"},
    "penempatan/<slug:reference>/pulihkan/": lambda: {"reason": "pulih"},
    "penempatan/tutup-bulan/<slug:code>/<slug:month>/": lambda: {"step": "close", "checked": "on"},
    "penempatan/koreksi-massal/": lambda: {"value": "regular", "reason": "salah"},
    "penempatan/saringan/": lambda: {"name": "saya", "query": "status=void"},
    "admin/quotas/targetset/<path:object_id>/tabel/": lambda: {"reason": "uji"},
    "i18n/setlang/": lambda: {"language": "en"},
    "tema/": lambda: {"theme": "dark"},
    "admin/quotas/targetset/<path:object_id>/langkah/<str:step>/": lambda: {"reason": "siap"},
}
ASKED = {
    "api/v1/attainment": "?year=2026",
    "api/v1/months": "?year=2026",
    "api/v1/breakdown": "?year=2026&dimension=sex",
    "api/v1/outlook": "?year=2026",
    "api/v1/funnel": "?year=2026",
    "api/v1/changes": "?year=2026&batch={batch}",
    "unduh/perubahan.csv": "?year=2026&batch={batch}",
    "unduh/perubahan.xlsx": "?year=2026&batch={batch}",
    "penempatan-saat-itu/": "?batch={batch}&completed_from=2026-01-01&completed_to=2026-12-31",
}


def routes(patterns: list | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(route, name) of every address of the project."""
    for each in patterns or get_resolver().url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.name or ""
        else:
            yield from routes(each.url_patterns, route)


# Pages of allauth and of Django's admin have their own tests; ours are told apart by their names.
_ADMINS_OWN = ("changelist", "add", "history", "delete", "change", "user_password_change")


def own_routes() -> list[str]:
    """Addresses this project answers itself, API and custom admin pages included."""
    return [
        route
        for route, name in routes()
        if not route.startswith("accounts/")
        and (
            not route.startswith("admin/")
            or (name.startswith("quotas_") and not name.endswith(_ADMINS_OWN))
        )
    ]


@pytest.fixture
def people(officer, stranger, head, directorate, target_admin, auditor) -> dict[str, User | None]:
    """Somebody of every group; those of the admin are staff, and nobody has a second factor."""
    User.objects.filter(pk__in=[target_admin.pk, auditor.pk]).update(is_staff=True)
    superuser = User.objects.create_superuser("super")
    return dict(
        zip(
            WHO,
            (None, officer, stranger, head, directorate, target_admin, auditor, superuser),
            strict=True,
        )
    )


@pytest.fixture
def things(officer, target_admin, second_admin) -> dict[str, object]:
    """What the addresses name: an officer's placement, imports and token, target sets, a report."""
    draft = targets.create_set(by=target_admin, reason="uji", year=2026, name="Usulan uji")
    decreed = TargetSet.objects.in_year(2025).published().order_by("pk").first()
    pdf = b"%PDF-1.7 uji %%EOF"
    targets.attach_document(
        target_set=decreed, by=target_admin, reason="uji", name="sk.pdf", content=pdf
    )
    job = ImportJob.objects.create(
        by=officer, office=officer.office, name="a.csv", content=b"", report=b"x", status="done"
    )
    unmatched = ImportJob.objects.create(
        by=officer, office=officer.office, name="b.csv", content=b"", status="mapping"
    )
    reference = make_placement(by=officer).reference
    batch = tally.fold().batch
    Report.objects.create(
        number="uji", serial=1, kind="national", year=2026, month=3, batch=batch, rule_version=1,
        through=datetime.date(2026, 3, 31), requested_by=target_admin, status="done",
        facts_hash="1" * 64, sha256="0" * 64, content=b"%PDF-",
    )  # fmt: skip
    token, _secret = create_token(
        by=officer, name="uji", expires_on=timezone.localdate() + datetime.timedelta(30)
    )
    return {
        "token": token.pk,
        "reference": reference,
        "batch": batch,
        "job": job.pk,
        "unmatched": unmatched.pk,
        "draft": draft.pk,
        "decreed": decreed.pk,
    }


@pytest.fixture
def clients(people) -> dict[str, Client]:
    """A browser of each of WHO, signed in."""
    made = {}
    for who, user in people.items():
        made[who] = Client(raise_request_exception=False)
        if user is not None:
            made[who].force_login(User.objects.get(pk=user.pk))
    return made


def answer_of(client: Client, method: str, address: str, sent: dict | None = None) -> str:
    """A status, or the page one is sent to. Whatever was changed is rolled back."""
    with transaction.atomic():
        answer = client.get(address) if method == "GET" else client.post(address, sent or {})
        transaction.set_rollback(True)
    to = answer.get("Location", "")
    if "/login/" in to:
        return "login"
    return "factor" if "/2fa/" in to else str(answer.status_code)


def address_of(route: str, things: dict) -> str:
    address = route
    for part, value in PARTS.items():
        address = address.replace(part, value)
    return f"/{address}{ASKED.get(route, '')}".format(**things)


def test_every_address_has_its_rows():
    declared = {(method, route) for method, route, _answers in ROWS}
    needed = {(method, route) for route in own_routes() for method in ("GET", "POST")}
    missing = sorted(needed - declared)
    assert not missing, f"Add a row to ROWS in tests/test_access.py for each of: {missing}"
    gone = sorted(declared - needed)
    assert not gone, f"These rows of ROWS name no address any more: {gone}"
    assert len(declared) == len(ROWS)


def test_every_group_gets_what_the_table_says(clients, things):
    wrong = []
    for method, route, answers in ROWS:
        expected = dict(zip(WHO, answers.split(), strict=True))
        address = address_of(route, things)
        for who, client in clients.items():
            sent = SENT[route]() if method == "POST" and route in SENT else {}
            found = answer_of(client, method, address, sent)
            if found not in expected[who].split("|"):
                wrong.append(f"{method} {address} as {who}: {found}, not {expected[who]}")
    assert not wrong, "\n".join(wrong)


def test_every_model_of_the_admin_is_declared():
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert registered == set(ADMIN_MODELS), "Declare the model in ADMIN_MODELS."


def test_the_admin_is_for_those_the_table_names(clients):
    wrong = []
    for label, (admin_looks, auditor_looks, admin_adds) in ADMIN_MODELS.items():
        address = f"/admin/{label.replace('.', '/')}/"
        expected = {
            "target_admin": ("200" if admin_looks else "403", "200" if admin_adds else "403"),
            "auditor": ("200" if auditor_looks else "403", "403"),
            "superuser": ("factor", "factor"),
        }
        for who, client in clients.items():
            found = tuple(answer_of(client, "GET", address + page) for page in ("", "add/"))
            if found != expected.get(who, ("login", "login")):
                wrong.append(f"{address} as {who}: {found}")
    assert not wrong, "\n".join(wrong)


def test_a_closed_month_is_noted_and_reopened_by_those_it_is_for(clients, people, things):
    """The steps of one page that are not for the same people."""
    unit = Office.objects.get(pk="bp3mi-jateng")
    close_month(unit=unit, month=datetime.date(2026, 3, 1), by=people["head"])
    address = "/penempatan/tutup-bulan/bp3mi-jateng/2026-03/"
    reopen = {"step": "reopen", "reason": "x", "until": f"{unit.today():%d/%m/%Y}"}
    for sent, answers in (
        ({"step": "note", "note": "x"}, "login 403 404 302 403 403 403 factor"),
        (reopen, "login 403 404 403 302 403 403 factor"),
        ({"step": "lain"}, "login 404 404 404 404 403 404 factor"),
    ):
        found = [answer_of(client, "POST", address, sent) for client in clients.values()]
        assert " ".join(found) == answers, sent


def test_a_superuser_with_a_second_factor_comes_in(client, people):
    Authenticator.objects.create(
        user=people["superuser"], type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    client.force_login(people["superuser"])
    for address in ("/nasional/", "/penempatan/", "/admin/accounts/user/"):
        assert client.get(address).status_code == 200, address
