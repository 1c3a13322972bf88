"""Addresses. Each app names its own; this file only says where they begin."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from dashboards import errors, health
from dashboards.api import api
from dashboards.api import docs as api_docs
from dashboards.api.frame import not_found as api_not_found

# One sign-in for everybody, with its rate limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", include("dashboards.urls")),
    path("penempatan/", include("placement.urls")),
    path("akun/", include("accounts.urls")),
    path("api/v1/docs", api_docs.page, name="api_docs"),
    path("api/v1/", api.urls),
    path("api/v1/<path:rest>", api_not_found),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
