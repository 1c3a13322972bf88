"""A set may be for some programmes only: it is not measured against all placements."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
# The first statement of the file of migration 0002 is the function as it was.
BEFORE = (SQL / "attainment_recompute.sql").read_text(encoding="utf-8")
BEFORE = BEFORE[: BEFORE.index("-- Recompute a year")].replace("CREATE F", "CREATE OR REPLACE F")


def name_programmes(apps, schema_editor):
    """Published sets of 2026 that were loaded as if they were for all placements."""
    sets = apps.get_model("quotas", "TargetSet").objects.filter(year=2026, status="proposed")
    targets = apps.get_model("quotas", "Target").objects
    for name, amounts in PUBLISHED.items():
        for each in sets.filter(name=name):
            targets.filter(target_set=each, measure="national", programme=None).delete()
            for programme, amount in amounts.items():
                targets.get_or_create(
                    target_set=each, measure="national", programme_id=programme,
                    defaults={"amount": amount},
                )  # fmt: skip
            each.is_partial = True
            each.save()


PUBLISHED = {
    "Quick win 500.000": {"smk-go-global": 300_000, "quick-win": 200_000},
    "Vokasi 40.000": {"smk-go-global": 40_000},
}


class Migration(migrations.Migration):
    dependencies = [
        ("quotas", "0007_stage_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="targetset",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="targetset",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="targetset",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="targetset",
            name="is_partial",
            field=models.BooleanField(
                default=False,
                help_text="Targetnya hanya untuk program yang disebut, bukan untuk semua penempatan: tidak diukur terhadap jumlah semua program dan tidak dapat ditetapkan untuk tahun itu.",
                verbose_name="hanya sebagian program",
            ),
        ),
        migrations.AddField(
            model_name="targetsetevent",
            name="is_partial",
            field=models.BooleanField(
                default=False,
                help_text="Targetnya hanya untuk program yang disebut, bukan untuk semua penempatan: tidak diukur terhadap jumlah semua program dan tidak dapat ditetapkan untuk tahun itu.",
                verbose_name="hanya sebagian program",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="targetset",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "quotas_targetsetevent" ("decree_date", "decree_number", "effective_on", "enacted_at", "enacted_by_id", "id", "is_partial", "is_sample", "name", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_by_id", "revises_id", "source", "status", "year") SELECT new_values."decree_date", new_values."decree_number", new_values."effective_on", new_values."enacted_at", new_values."enacted_by_id", new_values."id", new_values."is_partial", new_values."is_sample", new_values."name", new_values."note", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."proposed_by_id", new_values."revises_id", new_values."source", new_values."status", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8d2808bf54cc5b56e0dda8b8e448414fc1a7bb1f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7d92a",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="quotas_targetset",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="targetset",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "quotas_targetsetevent" ("decree_date", "decree_number", "effective_on", "enacted_at", "enacted_by_id", "id", "is_partial", "is_sample", "name", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_by_id", "revises_id", "source", "status", "year") SELECT new_values."decree_date", new_values."decree_number", new_values."effective_on", new_values."enacted_at", new_values."enacted_by_id", new_values."id", new_values."is_partial", new_values."is_sample", new_values."name", new_values."note", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."proposed_by_id", new_values."revises_id", new_values."source", new_values."status", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="c8da38c2320e2de2c88fab3cadbd8336865b71e8",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_73142",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="quotas_targetset",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="targetset",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "quotas_targetsetevent" ("decree_date", "decree_number", "effective_on", "enacted_at", "enacted_by_id", "id", "is_partial", "is_sample", "name", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_by_id", "revises_id", "source", "status", "year") SELECT old_values."decree_date", old_values."decree_number", old_values."effective_on", old_values."enacted_at", old_values."enacted_by_id", old_values."id", old_values."is_partial", old_values."is_sample", old_values."name", old_values."note", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."proposed_by_id", old_values."revises_id", old_values."source", old_values."status", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="e6701716cd1e3d156a94a63b48ad72d0ef34e59d",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4c1db",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="quotas_targetset",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="targetset",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_partial", True), ("status", "enacted"), _negated=True),
                name="partial_target_set_is_not_enacted",
                violation_error_message="Target untuk sebagian program tidak dapat ditetapkan sebagai target tahun itu. Masukkan angkanya ke target yang mencakup semua penempatan.",
            ),
        ),
        migrations.RunSQL((SQL / "attainment_targets_v2.sql").read_text(encoding="utf-8"), BEFORE),
        migrations.RunPython(name_programmes, migrations.RunPython.noop),
    ]
