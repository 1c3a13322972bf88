"""Is this printed page ours, and what has changed since: by number, hash, or the file itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from dashboards.models import HASH_LENGTH, Report
from placement.models import Placement
from quotas import plans, ratio
from quotas.changes import KINDS, Change, changes_between
from quotas.models import TargetSet
from quotas.moments import moment_of_batch, set_in_force, snapshot

MAX_BYTES = 5 * 1024 * 1024
_RECORDS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """A printed report beside today. ``net`` is what happened to its count since, ``counts`` how
    many placements by kind of change; ``records`` are the first of those this user may open."""

    report: Report
    printed: int
    printed_target: int | None
    printed_percent: Decimal | None
    net: int
    counts: list[tuple[str, int, int]]
    records: list[Change]
    target_set: TargetSet | None
    target: int | None

    @property
    def realised(self) -> int:
        """The same question asked now."""
        return self.printed + self.net

    @property
    def percent(self) -> Decimal | None:
        return ratio.rounded(ratio.percent(self.realised, self.target))

    @property
    def has_new_target(self) -> bool:
        return self.target != self.printed_target

    @property
    def is_unchanged(self) -> bool:
        return not self.counts and not self.has_new_target


def find_report(*, user: User, typed: str) -> Report:
    """The printed report of a number, or of a hash (whole, or its first 16 characters): that of
    the figures, which stands on every page, or that of the file.

    Raises ValidationError with a sentence for everything that is not one of ours.
    """
    bare = re.sub(r"\s+", "", typed)
    if not bare:
        raise ValidationError(_("Tulis nomor laporan atau hash yang tercetak di kaki halaman."))
    reports = Report.objects.verifiable_by(user).defer("content").select_related(
        "unit", "programme", "target_set"
    )  # fmt: skip
    if not bare.upper().startswith("LAP"):
        return _by_hash(reports, bare.lower())
    # PostgreSQL refuses a NUL in a text, and no number has one.
    report = reports.filter(number=bare.upper().replace("\x00", "")).first()
    if report is None:
        raise ValidationError(
            _(
                "Nomor %(typed)s tidak ada di sini. Periksa tulisannya; bila sama dengan yang "
                "tercetak, laporan itu bukan dari sistem ini."
            )
            % {"typed": bare[:60]}
        )
    return report


def _by_hash(reports, typed: str) -> Report:
    if not re.fullmatch(r"[0-9a-f]+", typed):
        raise ValidationError(
            _("Nomor laporan berawal LAP; hash hanya berisi angka dan huruf a sampai f.")
        )
    if not HASH_LENGTH <= len(typed) <= 64:
        raise ValidationError(
            _("Hash ditulis utuh (64 karakter) atau sedikitnya %(n)d karakter pertamanya.")
            % {"n": HASH_LENGTH}
        )
    found = reports.filter(Q(facts_hash__startswith=typed) | Q(sha256__startswith=typed))[:2]
    if len(found) != 1:
        raise ValidationError(
            _(
                "Tidak ada laporan dengan hash itu. Bila hash sama dengan yang tercetak, laporan "
                "itu bukan dari sistem ini atau sudah diubah."
            )
        )
    return found[0]


def hash_of_file(content: bytes) -> str:
    """The SHA-256 of a file that was sent in. Raises ValidationError for what cannot be ours."""
    if len(content) > MAX_BYTES:
        raise ValidationError(_("Berkas lebih besar dari 5 MB; laporan kami selalu lebih kecil."))
    if not content.startswith(b"%PDF-"):
        raise ValidationError(_("Berkas ini bukan PDF."))
    return hashlib.sha256(content).hexdigest()


def verdict(*, report: Report, user: User) -> Verdict:
    """What changed since ``report`` was printed, now and against the set in force now.

    The count of today is the printed one and the sum of what happened: the ledger is per placement,
    so the two cannot part (tests/quotas/test_reading.py).
    """
    figure = report.facts["figure"]
    programme = report.programme_id or ""
    place = report.place
    with snapshot():
        changes = changes_between(
            place=place, span=report.span, programme=programme, since=report.batch,
            last_day=moment_of_batch(report.batch).last_day,
        )  # fmt: skip
        mine = set(
            Placement.objects.visible_to(user)
            .filter(pk__in=[each.placement for each in changes.records])
            .values_list("pk", flat=True)
        )
        in_force = set_in_force(year=report.year, at=timezone.now())
        plan = plans.plan_of_unit(
            target_set=in_force and in_force.pk, measure=place.measure, code=place.code,
            programme=programme, year=report.year,
        )  # fmt: skip
    percent = figure["percent"]
    return Verdict(
        report=report,
        printed=figure["realised"],
        printed_target=figure["target"],
        printed_percent=None if percent is None else Decimal(percent),
        net=sum(changes.net.values()),
        counts=[(str(KINDS[kind]), n, changes.net[kind]) for kind, n in changes.counts.items()],
        records=[each for each in changes.records if each.placement in mine][:_RECORDS],
        target_set=in_force,
        target=sum(plan) if plan else None,
    )
