"""The history page of an admin whose table keeps its history by trigger."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from accounts.history import Told, tell


class ToldHistory:
    """For a ModelAdmin of a model with ``keeps_history``: who changed what, when and why."""

    object_history_template = "admin/told_history.html"

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        events = tell(row.events.select_related("pgh_context").order_by("pgh_id"))
        return self.told_page(request, row, events)

    def told_page(self, request, row: Model, events: list[Told]) -> HttpResponse:
        """The page of ``events``, newest first, of ``row`` and perhaps of what belongs to it."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Riwayat: %(set)s") % {"set": row},
            "object": row,
            "opts": self.opts,
            "events": events,
        }
        return render(request, self.object_history_template, context)
