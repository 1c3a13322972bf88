"""What every admin page here has in common: who may look, who may edit, nobody deletes."""

from __future__ import annotations

from django.contrib import admin
from django.db import models


class LookOnlyAdmin(admin.ModelAdmin):
    """For staff to read. ``User`` says who edits targets and who sees everything."""

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.is_staff and request.user.sees_every_figure

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class EditedAdmin(LookOnlyAdmin):
    """For target administrators to add and change; nobody deletes."""

    def has_add_permission(self, request) -> bool:
        return request.user.is_staff and request.user.may_edit_targets

    def has_change_permission(self, request, obj=None) -> bool:
        return self.has_add_permission(request)


class ReferenceAdmin(EditedAdmin):
    """Reference data: administrators add and edit. What placements name is never deleted; it is
    given a last day instead. An edited field is left alone by ``load_reference`` from then on."""

    exclude = ("loaded",)

    def get_readonly_fields(self, request, obj=None):
        """A code is what everything else points at, so it is chosen once."""
        fixed = list(super().get_readonly_fields(request, obj))
        key = self.model._meta.pk
        if obj is not None and key.editable and not isinstance(key, models.AutoField):
            fixed.append(key.name)
        return fixed
