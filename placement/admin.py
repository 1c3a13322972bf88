"""Dated reference tables of a placement. Placements and workers are not in the admin: the pages
of the program record, correct and show them, with access by office and a log of who read."""

from django.contrib import admin

from accounts.administration import ToldHistory
from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme, Sector
from regions.administration import ReferenceAdmin


@admin.register(Scheme, Programme, EmployerKind, Sector, Agency)
class DatedReferenceAdmin(ReferenceAdmin):
    list_display = ("label", "label_en", "code", "valid_from", "valid_until", "position")
    search_fields = ("code", "label", "label_en")


@admin.register(JobTitle)
class JobTitleAdmin(ToldHistory, DatedReferenceAdmin):
    """Jobs and their sector, which moves the shares of every year: so it is told who moved it."""

    list_display = ("label", "sector", "code", "valid_from", "valid_until", "position")
    list_select_related = ("sector",)
    list_filter = ("sector",)
