"""Dated reference tables of a placement. Placements and workers are not in the admin: the pages
of the program record, correct and show them, with access by office and a log of who read."""

from django.contrib import admin

from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme
from regions.administration import ReferenceAdmin


@admin.register(Scheme, Programme, EmployerKind, JobTitle, Agency)
class DatedReferenceAdmin(ReferenceAdmin):
    list_display = ("label", "label_en", "code", "valid_from", "valid_until", "position")
    search_fields = ("code", "label", "label_en")
