"""Dated reference tables of a placement. Placements and workers are not in the admin: the pages
of the program record, correct and show them, with access by office and a log of who read."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext

from accounts.history import tell
from placement.reference import Agency, EmployerKind, JobTitle, Programme, Scheme, Sector
from regions.administration import ReferenceAdmin


@admin.register(Scheme, Programme, EmployerKind, Sector, Agency)
class DatedReferenceAdmin(ReferenceAdmin):
    list_display = ("label", "label_en", "code", "valid_from", "valid_until", "position")
    search_fields = ("code", "label", "label_en")


@admin.register(JobTitle)
class JobTitleAdmin(DatedReferenceAdmin):
    """Jobs and their sector, which moves the shares of every year: so it is told who moved it."""

    list_display = ("label", "sector", "code", "valid_from", "valid_until", "position")
    list_select_related = ("sector",)
    list_filter = ("sector",)
    object_history_template = "admin/told_history.html"

    def history_view(self, request, object_id, extra_context=None):
        """Who changed what, from the history the triggers write."""
        job = self.get_object(request, object_id)
        if job is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Riwayat: %(set)s") % {"set": job},
            "object": job,
            "opts": self.opts,
            "events": tell(job.events.select_related("pgh_context").order_by("pgh_id")),
        }
        return render(request, self.object_history_template, context)
