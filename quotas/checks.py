"""A system check: the triggers that write the inbox exist and are enabled.

Without them placements are recorded and never counted, and nothing else would say so until the
next reconcile.
"""

from django.core.checks import CheckMessage, Error
from django.db import connections

TRIGGERS = ("tally_on_insert", "tally_on_update", "tally_on_delete")


def check_tally_triggers(*, databases=None, **kwargs) -> list[CheckMessage]:
    """Return an error for every tally trigger that is missing or disabled."""
    problems: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT to_regclass('placement_placement'), to_regclass('tally_inbox')")
            if None in cursor.fetchone():
                continue  # Not migrated yet: `migrate` runs this check before it begins.
            cursor.execute(
                """
                SELECT tgname, tgenabled FROM pg_trigger
                WHERE tgrelid = 'placement_placement'::regclass AND tgname = ANY(%s)
                """,
                [list(TRIGGERS)],
            )
            state = dict(cursor.fetchall())
        for name in TRIGGERS:
            if state.get(name) not in {"O", "A"}:
                problems.append(
                    Error(
                        f"The trigger {name} on placement_placement is "
                        + ("disabled." if name in state else "missing."),
                        hint="Enable it or run the migrations of quotas, then rebuild_tally.",
                        id="quotas.E001",
                    )
                )
    return problems
