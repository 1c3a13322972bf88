from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from quotas.checks import check_tally_triggers


class QuotasConfig(AppConfig):
    name = "quotas"
    verbose_name = _("Target dan capaian")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_tally_triggers, Tags.database)
