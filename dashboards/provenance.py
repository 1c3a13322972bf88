"""What a file is of: measure, period, state, target set, who and when. In sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from quotas.promises import Measure

if TYPE_CHECKING:
    from dashboards.compare_exports import ComparisonFile
    from dashboards.exports import Export
    from dashboards.questions import Question
    from quotas.figures import Freshness


def measure_words(measure: str) -> str:
    """On which of the two places a figure is counted, in words."""
    if measure == Measure.SERVED:
        return _("dilayani")
    return _("menurut daerah asal") if measure == Measure.ORIGIN else _("nasional")


def beside(question: Question, freshness: Freshness) -> str:
    """Target set and last check, for the words a figure shows on hover and focus."""
    parts = [question.set_name] if question.set_name else []
    if question.is_now and freshness.checked_at:
        at = timezone.localtime(freshness.checked_at)
        parts.append(_("dicocokkan %(at)s WIB") % {"at": f"{at:%d/%m %H.%M}"})
    return " · ".join(parts)


def about(export: Export) -> list[tuple[str, str]]:
    """(name, sentence) of everything a reader must know; a disagreement first."""
    question, lines = export.question, []
    if export.problems:
        lines.append((_("PERINGATAN"), warning(export)))
    if export.notice:
        lines.append((_("Catatan data"), export.notice))
    lines += [
        (_("Isi"), export.title),
        (_("Ukuran"), _measure_sentence(export)),
        (_("Periode"), period(export)),
        (_("Keadaan per"), state(export)),
        (_("Pencocokan"), check(export.freshness)),
        (_("Aturan hitungan"), _("versi %(n)s") % {"n": export.rule_version or "–"}),
        (_("Versi target"), _target_sentence(export)),
        (_("Program"), str(question.programme or _("semua program"))),
    ]
    if export.find:
        lines.append((_("Saringan"), _("nama memuat “%(text)s”") % {"text": export.find}))
    lines += [(_("Catatan"), notice) for notice in question.notices]
    by = f"{export.user}, {export.at:%d/%m/%Y %H.%M} WIB"
    return [*lines, (_("Diunduh oleh"), by)]


def warning(export: Export | ComparisonFile) -> str:
    """What the guard found, as a sentence; '' when everything agrees."""
    if not export.problems:
        return ""
    return _("Jumlah di dalam berkas ini tidak cocok, jangan dipakai: %(what)s") % {
        "what": "; ".join(export.problems)
    }


def _measure_sentence(export: Export) -> str:
    if export.wanted.place.level == Measure.NATIONAL:
        return _("nasional; provinsi menurut daerah asal, BP3MI menurut yang dilayani")
    return export.measure_words


def period(export: Export) -> str:
    """Days of completion, up to the day the page names: *through*, the state, or today."""
    span = export.summary.span
    return _("selesai %(first)s sampai %(last)s") % {
        "first": date_format(span.first, "j F Y"),
        "last": date_format(max(export.summary.day, span.first), "j F Y"),
    }


def state(export: Export) -> str:
    """Batch and time: what the system knew."""
    moment = export.question.as_of
    if moment is not None:
        words = {
            "batch": moment.batch,
            "at": f"{timezone.localtime(moment.at):%d/%m/%Y %H.%M} WIB",
            "day": date_format(moment.last_day, "j F Y"),
        }
        return _("keadaan %(day)s: batch %(batch)d, dihitung %(at)s") % words
    words = {
        "at": f"{export.at:%d/%m/%Y %H.%M} WIB",
        "batch": export.freshness.batch or 0,
        "pending": export.freshness.pending,
    }
    return _("%(at)s: batch %(batch)d dan %(pending)d perubahan yang menunggu") % words


def check(freshness: Freshness) -> str:
    """Whether the counts were checked against the placements of the year, when and how it ended."""
    if freshness.check == "never":
        return _("belum pernah dicocokkan dengan catatan penempatannya")
    words = {
        "n": number_format(freshness.checked_placements, force_grouping=True),
        "at": f"{timezone.localtime(freshness.checked_at):%d/%m/%Y %H.%M} WIB",
    }
    if freshness.check == "wrong":
        return _("ADA SELISIH saat dicocokkan dengan %(n)s penempatan pada %(at)s") % words
    if freshness.check == "old":
        return _("dicocokkan dengan %(n)s penempatan pada %(at)s, lebih dari sehari yang lalu") % (
            words
        )
    return _("dicocokkan dengan %(n)s penempatan pada %(at)s") % words


def _target_sentence(export: Export) -> str:
    target_set = export.target_set
    if target_set is None:
        return _("tanpa target")
    parts = [target_set.name, target_set.get_status_display()]
    if target_set.decree_number:
        parts.append(target_set.decree_number)
    if target_set.decree_date:
        parts.append(date_format(target_set.decree_date, "j F Y"))
    if target_set.is_sample:
        parts.append(_("angka contoh"))
    return "; ".join(parts)


def definitions() -> list[tuple[str, str]]:
    """What each figure means, in short; the whole is in ``docs/figures.md``."""
    return [
        (_("Penempatan"), _("Satu layanan yang selesai: bukan keberangkatan dan bukan orang.")),
        (
            _("Realisasi"),
            _("Penempatan berstatus selesai; draf dan yang dibatalkan tidak dihitung."),
        ),
        (_("Dilayani"), _("Dihitung pada balai dari kantor yang menyelesaikan layanannya.")),
        (_("Menurut daerah asal"), _("Dihitung pada kabupaten/kota dan provinsi asal pekerjanya.")),
        (_("Capaian"), _("Realisasi ÷ target × 100 %, tidak dibatasi; tanpa target dikosongkan.")),
        (_("Peringkat"), _("Mengikuti rasio yang tepat, bukan angka yang dibulatkan.")),
        (_("Belum dibagi"), _("Target nasional dikurangi jumlah target unit; dapat negatif.")),
        (_("Kurang"), _("Yang masih kurang sampai target; 0 bila sudah tercapai.")),
        (_("Tahun lalu"), _("Hari yang sama tahun sebelumnya; kosong bila tidak ada datanya.")),
    ]


def rows_sentence(*, shown: int, realised: int) -> str:
    """How many placements a list holds, of how many the figure counts."""
    return _("%(shown)s dari %(realised)s penempatan yang dihitung") % {
        "shown": number_format(shown, force_grouping=True),
        "realised": number_format(realised, force_grouping=True),
    }
