"""Addresses of placements. A record is named by its reference, never by its key."""

from django.urls import path

from placement import month_pages, views

app_name = "placement"

urlpatterns = [
    path("", views.placement_list, name="list"),
    path("catat/", views.record, name="record"),
    path("catat/luring/", views.offline_form, name="offline_form"),
    path("periksa/", views.check, name="check"),
    path("kirim/", views.send, name="send"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("tutup-bulan/", month_pages.closings, name="closings"),
    path("tutup-bulan/<slug:code>/<slug:month>/", month_pages.month, name="month"),
    path("impor/", views.imports, name="imports"),
    path("impor/templat.xlsx", views.import_template, name="import_template"),
    path("impor/<int:pk>/kolom/", views.import_columns, name="import_columns"),
    path("impor/<int:pk>/perbaikan.xlsx", views.import_report, name="import_report"),
    path("unduh.csv", views.export, name="export"),
    path("unduh.xlsx", views.export_workbook, name="export_workbook"),
    path("koreksi-massal/", views.correct_many, name="correct_many"),
    path("jumlah/", views.count_all, name="count_all"),
    path("saringan/", views.saved_filters, name="saved_filters"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/identitas/", views.reveal, name="reveal"),
    path("<slug:reference>/koreksi/", views.correct, name="correct"),
    path("<slug:reference>/urungkan/", views.undo, name="undo"),
    path("<slug:reference>/batalkan/", views.void, name="void"),
    path("<slug:reference>/pulihkan/", views.restore, name="restore"),
]
