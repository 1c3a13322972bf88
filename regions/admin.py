"""Where: provinces, regencies, countries, offices and which balai serves which province."""

from django.contrib import admin

from regions.administration import ReferenceAdmin
from regions.models import Country, DataNotice, Office, Province, Regency, ServiceArea


@admin.register(Province)
class ProvinceAdmin(ReferenceAdmin):
    list_display = ("code", "name", "short_name")
    search_fields = ("code", "name")


@admin.register(Regency)
class RegencyAdmin(ReferenceAdmin):
    list_display = ("code", "full_name", "province")
    list_select_related = ("province",)
    list_filter = ("kind", "province")
    search_fields = ("code", "name")


@admin.register(Country)
class CountryAdmin(ReferenceAdmin):
    list_display = ("code", "name_id", "name_en", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name_id", "name_en")


@admin.register(Office)
class OfficeAdmin(ReferenceAdmin):
    list_display = ("name", "kind", "parent", "seat", "time_zone")
    list_select_related = ("parent",)
    list_filter = ("kind",)
    search_fields = ("code", "name", "seat")


@admin.register(ServiceArea)
class ServiceAreaAdmin(ReferenceAdmin):
    list_display = ("province", "office", "valid_from", "valid_until", "certainty")
    list_select_related = ("province", "office")
    list_filter = ("certainty",)


@admin.register(DataNotice)
class DataNoticeAdmin(ReferenceAdmin):
    list_display = ("text", "shown")
