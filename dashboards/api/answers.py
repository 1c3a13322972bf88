"""What the API returns. Names are in English, descriptions in Indonesian and marked for translation
(``docs`` shows them in the reader's language); sentences in an answer follow Accept-Language."""

import datetime
from dataclasses import replace
from enum import StrEnum

from django.utils.translation import gettext_noop
from ninja import Field, Schema
from pydantic import ConfigDict

from quotas.figures import Figure
from quotas.models import TargetSet
from quotas.moments import Moment
from quotas.promises import Measure


def described(text: str) -> ConfigDict:
    """What the schema says of a shape, in place of its docstring."""
    return ConfigDict(json_schema_extra={"description": text})


class MeasureName(StrEnum):
    SERVED = "served"
    ORIGIN = "origin"


class Level(StrEnum):
    NATIONAL = "national"
    BALAI = "balai"
    PROVINCE = "province"


class PlaceLevel(StrEnum):
    NATIONAL = "national"
    BALAI = "balai"
    PROVINCE = "province"
    OFFICE = "office"
    REGENCY = "regency"


class Dimension(StrEnum):
    DESTINATION = "destination"
    SCHEME = "scheme"
    EMPLOYER_KIND = "employer_kind"
    SEX = "sex"
    JOB_TITLE = "job_title"
    SECTOR = "sector"
    REGENCY = "regency"
    OFFICE = "office"
    PROGRAMME = "programme"
    UNIT = "unit"
    PROVINCE = "province"


# Of a required enum ninja tells nothing but the docstring.
Dimension.__doc__ = gettext_noop("Menurut apa dirinci.")


class FunnelLevel(StrEnum):
    NATIONAL = "national"
    BALAI = "balai"


class UnitLevel(StrEnum):
    BALAI = "balai"
    PROVINCE = "province"


MEASURES = {
    Level.NATIONAL: Measure.NATIONAL,
    Level.BALAI: Measure.SERVED,
    Level.PROVINCE: Measure.ORIGIN,
}


class Problem(Schema):
    """Every error: one sentence in the language of Accept-Language."""

    model_config = described(
        gettext_noop("Setiap kesalahan: satu kalimat dalam bahasa Accept-Language.")
    )

    detail: str


class TargetSetRef(Schema):
    """The version of the target a figure is read under."""

    model_config = described(gettext_noop("Versi target yang dipakai membaca sebuah angka."))

    id: int
    name: str
    status: TargetSet.Status
    decree_number: str
    decree_date: datetime.date | None


class FigureRow(Schema):
    """One figure with all it rests on."""

    model_config = described(gettext_noop("Satu angka dengan semua dasarnya."))

    measure: Measure
    code: str = Field(
        description=gettext_noop("Kosong untuk nasional, selain itu kode kantor atau provinsi.")
    )
    name: str
    kind: str
    realised: int | None = Field(
        description=gettext_noop(
            "Pembilang: penempatan selesai, termasuk yang menunggu dihitung; null bila tidak "
            "diketahui."
        )
    )
    unknown_reason: str | None = Field(
        description=gettext_noop(
            "Mengapa realised tidak diketahui, satu kalimat; null bila diketahui."
        )
    )
    target: int | None = Field(
        description=gettext_noop("Penyebut; null bila tidak ada target, tidak pernah 0.")
    )
    percent: str | None = Field(
        description=gettext_noop(
            "realised / target x 100 sebagai teks desimal, tanpa batas atas; tepat sampai 28 angka."
        )
    )
    percent_rounded: str | None = Field(
        description=gettext_noop(
            "Sama, dibulatkan ke satu desimal (setengah ke atas), seperti di halaman."
        )
    )
    level: int | None = Field(
        description=gettext_noop("Tingkat predikat 1 sampai 5, menurut persentase yang tepat.")
    )
    rating: str | None
    target_set: TargetSetRef | None
    rule_version: int = Field(
        description=gettext_noop("Versi aturan yang menentukan apa yang dihitung.")
    )
    batch: int | None = Field(description=gettext_noop("Batch terakhir yang masuk ke angka ini."))
    computed_at: datetime.datetime | None
    pending: int = Field(
        description=gettext_noop("Perubahan sesudah batch itu, sudah termasuk dalam realised.")
    )
    through: datetime.date = Field(
        description=gettext_noop("Yang dihitung: penempatan yang selesai sampai tanggal ini.")
    )
    as_of: int | None = Field(
        description=gettext_noop("Keadaan pada batch ini; null: keadaan saat ini.")
    )
    as_of_at: datetime.datetime | None = Field(
        description=gettext_noop("Kapan batch itu dihitung.")
    )

    @classmethod
    def of(
        cls,
        figure: Figure,
        *,
        sets: dict[int, TargetSet],
        through: datetime.date,
        as_of: Moment | None,
        rule_version: int,
        unknown: str,
    ) -> "FigureRow":
        """The row of ``figure``; ``sets`` are the target sets by key. ``unknown`` is the sentence
        why nothing is known of its year, '' where something is."""
        if unknown:
            figure = replace(figure, realised=None, percent=None, level=None, rating=None)
        return cls(
            **{
                name: getattr(figure, name)
                for name in (
                    "measure", "code", "name", "kind", "realised", "target", "level", "rating",
                    "batch", "computed_at", "pending",
                )
            },
            percent=None if figure.percent is None else format(figure.percent, "f"),
            unknown_reason=unknown or None,
            percent_rounded=None if figure.rounded is None else str(figure.rounded),
            target_set=sets.get(figure.target_set),
            rule_version=as_of.rule_version if as_of else rule_version,
            through=through,
            as_of=as_of.batch if as_of else None,
            as_of_at=as_of.at if as_of else None,
        )  # fmt: skip


class Page(Schema):
    """A part of a list in the order of its key, so that new rows neither hide nor repeat one."""

    model_config = described(
        gettext_noop(
            "Bagian daftar menurut urutan kuncinya, supaya baris baru tidak"
            " menyembunyikan atau mengulang baris."
        )
    )

    total: int = Field(description=gettext_noop("Banyaknya baris seluruh daftar saat ini."))
    next: str | None = Field(description=gettext_noop("Alamat bagian berikutnya; null di akhir."))


class AttainmentPage(Page):
    year: int
    level: Level
    measure: Measure
    programme: str | None
    rows: list[FigureRow]


class MonthRow(Schema):
    month: str = Field(description=gettext_noop("TTTT-BB, menurut tanggal selesai."))
    realised: int | None = Field(description=gettext_noop("Null bila tahunnya tidak diketahui."))
    cumulative: int | None
    plan: int | None = Field(
        description=gettext_noop("Dua belas bulannya berjumlah target; null tanpa target.")
    )
    realised_year_before: int | None = Field(
        description=gettext_noop("Null bila tidak ada yang diketahui tentangnya.")
    )


class MonthsAnswer(Schema):
    year: int
    programme: str | None
    unit: FigureRow = Field(description=gettext_noop("Setahun unit ini, dengan target tahun itu."))
    rows: list[MonthRow]


class PartRow(Schema):
    code: str
    name: str
    realised: int
    share: str | None = Field(
        description=gettext_noop("Persen dari realised unit, satu desimal, setengah ke atas.")
    )
    realised_year_before: int | None = Field(
        description=gettext_noop("Tanggal yang sama tahun sebelumnya.")
    )


class BreakdownPage(Page):
    year: int
    programme: str | None
    dimension: Dimension
    unit: FigureRow
    rows: list[PartRow]


class TargetSetRow(TargetSetRef):
    year: int
    effective_on: datetime.date | None
    source: str
    is_sample: bool = Field(description=gettext_noop("Jumlah contoh, bukan dari kementerian."))
    revises: int | None = Field(alias="revises_id")
    enacted_at: datetime.datetime | None
    is_partial: bool = Field(
        description=gettext_noop(
            "Hanya untuk sebagian program, jadi tidak pernah dibandingkan dengan semua penempatan."
        )
    )
    national_amount: int | None = Field(
        description=gettext_noop(
            "Untuk semua penempatan; pada versi sebagian, untuk program-programnya bersama."
        )
    )


class TargetSetsPage(Page):
    rows: list[TargetSetRow]


class UnitRow(Schema):
    code: str
    name: str
    kind: str
    parent: str | None = Field(description=gettext_noop("Balai tempat pos bernaung."))
    is_active: bool


class UnitsPage(Page):
    level: UnitLevel
    rows: list[UnitRow]


class FreshnessAnswer(Schema):
    """How current the figures are. It ages by itself, so it has no ETag."""

    model_config = described(
        gettext_noop("Seberapa baru angka-angkanya. Menua dengan sendirinya, jadi tanpa ETag.")
    )

    state: str = Field(
        description=gettext_noop(
            "fresh (baru), unchecked (lihat check), late (ada perubahan menunggu lebih dari "
            "semenit) atau wrong (salah)."
        )
    )
    check: str = Field(
        description=gettext_noop(
            "good (cocok), never (belum pernah), old (lebih dari 26 jam yang lalu) atau wrong "
            "(ditemukan selisih)."
        )
    )
    rule_version: int
    batch: int | None
    folded_at: datetime.datetime | None
    pending: int
    oldest_waiting: datetime.datetime | None
    worker_seen: datetime.datetime | None
    checked_at: datetime.datetime | None
    checked_placements: int | None
    mismatches: int | None


class OutlookAnswer(Schema):
    """Where a place stands against its plan and how its year will end; null is unknown."""

    model_config = described(
        gettext_noop(
            "Posisi sebuah tempat terhadap rencana dan perkiraan akhir tahunnya;"
            " null berarti tidak diketahui."
        )
    )

    unit: FigureRow
    day: datetime.date = Field(description=gettext_noop("Hari yang ditunjukkan angkanya."))
    expected: str | None = Field(
        description=gettext_noop("Yang seharusnya menurut rencana sampai hari itu, teks desimal.")
    )
    ahead: str | None = Field(
        description=gettext_noop(
            "realised dikurangi expected; negatif berarti di belakang rencana."
        )
    )
    realised_year_before: int | None = Field(
        description=gettext_noop("Tanggal yang sama tahun sebelumnya.")
    )
    required_per_working_day: int | None
    required_per_month: dict[int, int] | None
    reached_on: datetime.date | None = Field(description=gettext_noop("Hari target terlampaui."))
    in_sight_on: datetime.date | None = Field(
        description=gettext_noop("Hari target tercapai dengan laju tahun ini sejauh ini.")
    )
    projection: str | None
    projection_low: str | None
    projection_high: str | None
    projection_years: list[int]
    record_off_percent: str | None = Field(
        description=gettext_noop(
            "Seberapa jauh cara yang sama meleset tahun lalu pada tanggal ini; positif berarti "
            "terlalu tinggi."
        )
    )


class StageShare(Schema):
    """A stage against the one before it, over the months (and balai) both of them know."""

    model_config = described(
        gettext_noop(
            "Sebuah tahap terhadap tahap sebelumnya, atas bulan (dan balai) yang"
            " diketahui keduanya."
        )
    )

    realised: int
    of: int
    percent: str | None = Field(
        description=gettext_noop("realised / of, satu desimal, setengah ke atas.")
    )
    months: list[str] = Field(description=gettext_noop("TTTT-BB"))
    is_mixed: bool = Field(description=gettext_noop("realised dihitung dan of dilaporkan."))


class StageRow(Schema):
    stage: str = Field(
        description=gettext_noop(
            "training (pelatihan), account (akun), process (proses) atau ekpmi."
        )
    )
    name: str
    count: int | None = Field(
        description=gettext_noop(
            "Null bila tidak ada yang dilaporkan atau diketahui, tidak pernah 0."
        )
    )
    is_counted: bool = Field(
        description=gettext_noop("Dihitung dari penempatan; false: dilaporkan.")
    )
    months: list[str] = Field(
        description=gettext_noop("TTTT-BB yang dilaporkan; kosong bila dihitung.")
    )
    units: int = Field(
        description=gettext_noop("Jumlah dari sekian balai; 0 bila dari satu laporan saja.")
    )
    reported_by_units: int | None = Field(
        description=gettext_noop(
            "Laporan balai bila count adalah laporan nasional sendiri; tidak pernah ditambahkan."
        )
    )
    reported_on: datetime.date | None
    sources: list[str]
    share: StageShare | None = Field(
        description=gettext_noop("Null bila tidak ada bulan yang sama.")
    )


class FunnelRow(Schema):
    programme: str
    stages: list[StageRow]


class FunnelAnswer(Schema):
    """Stages before a placement as they were reported, and placements as they were counted."""

    model_config = described(
        gettext_noop(
            "Tahap sebelum penempatan seperti yang dilaporkan, dan penempatan"
            " seperti yang dihitung."
        )
    )

    year: int
    unit: FigureRow
    funnels: list[FunnelRow]


# Version 1 promised these names before *recorded later* was told from *late*.
_KIND_NAMES = {"recorded_later": "late"}
_KINDS = gettext_noop(
    "late (dicatat sesudah keadaan itu, selesai sampai harinya; bukan entri yang lebih dari tujuh "
    "hari), new (selesai sesudahnya), restored, moved_in, moved_out, voided atau corrected."
)


def kind_name(kind: str) -> str:
    """The name the API has for a kind of ``quotas.changes``."""
    return _KIND_NAMES.get(kind, kind)


class ChangeRow(Schema):
    placement: str = Field(description=gettext_noop("Nomor penempatan."))
    kind: str = Field(description=_KINDS)
    effect: int = Field(description=gettext_noop("+1, 0 atau -1."))
    changed: dict[str, list[str]] = Field(
        description=gettext_noop("Kolom: [sebelum, sesudah], sebagai kode.")
    )


class ChangesAnswer(Schema):
    """What happened to the placements of a figure since a state."""

    model_config = described(
        gettext_noop("Apa yang terjadi pada penempatan sebuah angka sejak suatu keadaan.")
    )

    before: FigureRow
    now: FigureRow
    counts: dict[str, int] = Field(
        description=gettext_noop("Penempatan menurut jenisnya; jenis-jenisnya di ChangeRow.kind.")
    )
    effects: dict[str, int] = Field(
        description=gettext_noop("Jumlahnya sama dengan now dikurangi before.")
    )
    rows: list[ChangeRow] = Field(
        description=gettext_noop("Yang pertama-tama, untuk pemanggil yang melihat semua angka.")
    )
