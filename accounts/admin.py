"""Who: people, their office and their group. Superusers only."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@admin.register(User)
class OfficeUserAdmin(UserAdmin):
    list_display = ("username", "first_name", "office", "group_names", "is_active", "last_login")
    list_select_related = ("office",)
    list_filter = ("groups", "is_active", "is_staff")
    autocomplete_fields = ("office",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Orang"), {"fields": ("first_name", "last_name", "email", "office")}),
        (_("Wewenang"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Tanggal"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (_("Orang"), {"fields": ("first_name", "last_name", "office")}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("kelompok"))
    def group_names(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())
