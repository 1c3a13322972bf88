"""The list of placements. Workers are masked; the queryset has fetched everything."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from placement.models import Placement


class PlacementTable(tables.Table):
    reference = tables.Column(_("Nomor"), linkify=True, attrs={"td": {"class": "name nowrap"}})
    completed_on = tables.DateColumn(
        format="j M Y", verbose_name=_("Selesai"), order_by=("completed_on", "id")
    )
    worker = tables.Column(_("Pekerja"), accessor="worker__masked", orderable=False)
    origin = tables.Column(_("Daerah asal"), order_by=("origin_id", "id"))
    office = tables.Column(_("Dilayani di"), order_by=("office_id", "id"))
    destination = tables.Column(_("Tujuan"), order_by=("destination_id", "id"))
    scheme = tables.Column(_("Skema"), order_by=("scheme_id", "id"))
    job_title = tables.Column(_("Jabatan"), order_by=("job_title_id", "id"))
    status = tables.Column(_("Status"), order_by=("status", "id"))

    class Meta:
        model = Placement
        fields = (
            "reference", "completed_on", "worker", "origin", "office", "destination", "scheme",
            "job_title", "status",
        )  # fmt: skip
        attrs = {"class": "table cards"}
        empty_text = _("Tidak ada penempatan yang cocok. Longgarkan saringannya.")

    def render_status(self, record: Placement) -> str:
        kind = "badge-void" if record.is_void else "badge-ok"
        return format_html('<span class="{}">{}</span>', kind, record.get_status_display())
