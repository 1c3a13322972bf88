"""Addresses of placements. A record is named by its reference, never by its key."""

from django.urls import path

from placement import entry_pages, import_pages, list_pages, month_pages, record_pages

app_name = "placement"

urlpatterns = [
    path("", list_pages.placement_list, name="list"),
    path("catat/", entry_pages.record, name="record"),
    path("catat/luring/", entry_pages.offline_form, name="offline_form"),
    path("periksa/", entry_pages.check, name="check"),
    path("kirim/", entry_pages.send, name="send"),
    path("hari-ini/", entry_pages.today, name="today"),
    path("sw.js", entry_pages.service_worker, name="service_worker"),
    path("tutup-bulan/", month_pages.closings, name="closings"),
    path("tutup-bulan/<slug:code>/<slug:month>/", month_pages.month, name="month"),
    path("impor/", import_pages.imports, name="imports"),
    path("impor/templat.xlsx", import_pages.import_template, name="import_template"),
    path("impor/<int:pk>/kolom/", import_pages.import_columns, name="import_columns"),
    path("impor/<int:pk>/perbaikan.xlsx", import_pages.import_report, name="import_report"),
    path("unduh.csv", list_pages.export, name="export"),
    path("unduh.xlsx", list_pages.export_workbook, name="export_workbook"),
    path("koreksi-massal/", list_pages.correct_many, name="correct_many"),
    path("jumlah/", list_pages.count_all, name="count_all"),
    path("saringan/", list_pages.saved_filters, name="saved_filters"),
    path("<slug:reference>/", record_pages.detail, name="detail"),
    path("<slug:reference>/identitas/", record_pages.reveal, name="reveal"),
    path("<slug:reference>/koreksi/", record_pages.correct, name="correct"),
    path("<slug:reference>/periksa/", record_pages.check_correction, name="check_correction"),
    path("<slug:reference>/urungkan/", record_pages.undo, name="undo"),
    path("<slug:reference>/batalkan/", record_pages.void, name="void"),
    path("<slug:reference>/pulihkan/", record_pages.restore, name="restore"),
]
