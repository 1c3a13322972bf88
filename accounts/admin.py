"""Who: people, their office and their group. Superusers only."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, DigestSent, User
from accounts.tokens import revoke_token
from regions.administration import LookOnlyAdmin


@admin.register(User)
class OfficeUserAdmin(UserAdmin):
    list_display = ("username", "first_name", "office", "group_names", "is_active", "last_login")
    list_select_related = ("office",)
    list_filter = ("groups", "is_active", "is_staff")
    autocomplete_fields = ("office",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Orang"), {"fields": ("first_name", "last_name", "email", "office")}),
        (_("Surel"), {"fields": ("digest", "language")}),
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


@admin.register(ApiToken)
class ApiTokenAdmin(LookOnlyAdmin):
    """Every token, without its secret, for superusers to look at and to revoke."""

    list_display = (
        "name", "prefix", "owner", "created_at", "expires_on", "last_used_at", "revoked_at"
    )  # fmt: skip
    list_select_related = ("owner",)
    list_filter = ("revoked_at", "expires_on")
    search_fields = ("name", "prefix", "owner__username")
    exclude = ("digest",)
    actions = ("revoke",)

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.is_active and request.user.is_superuser

    @admin.action(description=_("Cabut token yang dipilih"))
    def revoke(self, request, queryset):
        for token in queryset:
            revoke_token(token=token, by=request.user)
        messages.success(request, _("Token dicabut."))


@admin.register(DigestSent)
class DigestSentAdmin(LookOnlyAdmin):
    """Which weekly letters went out, and when."""

    list_display = ("week", "user", "sent_at")
    list_select_related = ("user",)
    list_filter = ("week",)

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.is_active and request.user.is_superuser
