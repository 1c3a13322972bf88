"""The archipelago in two shapes: equal tiles, and boundaries where an operator has loaded them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from dashboards.charts.scales import Key
from dashboards.templatetags.figures import count, decimal, percent
from quotas.figures import Figure
from quotas.promises import Measure
from regions.boundaries import HEIGHT, WIDTH
from regions.models import Province, ProvinceBoundary, ServiceArea

_CELL, _GAP, _TALL = 44, 3, 41


@dataclass(frozen=True, slots=True)
class Tile:
    """A province. ``figure`` is its own (by origin) or that of the balai that serves it (served);
    None where the reader may not see it or nobody knows who serves it."""

    code: str
    name: str
    short: str
    column: int
    row: int
    figure: Figure | None
    url: str
    unit: str = ""
    path: str = ""

    @property
    def x(self) -> int:
        return self.column * _CELL

    @property
    def y(self) -> int:
        return self.row * (_TALL + _GAP)

    @property
    def css(self) -> str:
        level = self.figure.level if self.figure else None
        return f"on-{level or 'none'}"

    @property
    def number(self) -> str:
        """What stands in the tile: percent, or the count where there is no target."""
        if self.figure is None:
            return ""
        return decimal(self.figure.rounded) if self.figure.target else count(self.figure.realised)

    @property
    def words(self) -> str:
        name = f"{self.name} ({self.unit})" if self.unit else self.name
        figure = self.figure
        if figure is None:
            return name
        if not figure.target:
            return _("%(name)s: %(n)s, belum ada target") % {
                "name": name, "n": count(figure.realised),
            }  # fmt: skip
        return f"{name}: {count(figure.realised)} / {count(figure.target)} = " + percent(
            figure.rounded
        )


@dataclass(frozen=True, slots=True)
class MapChart:
    """Attainment of the provinces. ``credit`` is who drew the boundaries, '' for tiles."""

    tiles: list[Tile]
    measure: str
    keys: list[Key]
    name: str
    marks: str
    width: int
    height: int
    credit: str = ""
    table: str = "charts/_map_table.html"

    @property
    def title(self) -> str:
        return _("Capaian per provinsi")

    @property
    def is_served(self) -> bool:
        return self.measure == Measure.SERVED

    @property
    def sentence(self) -> str:
        figures = {t.figure.code: t.figure for t in self.tiles if t.figure}.values()
        known = [figure for figure in figures if figure.target]
        words = {
            "n": len(figures), "known": len(known),
            "reached": sum(figure.is_reached for figure in known),
        }  # fmt: skip
        if self.is_served:
            return _("%(n)d BP3MI, %(known)d dengan target, %(reached)d sudah tercapai.") % words
        return _("%(n)d provinsi, %(known)d dengan target, %(reached)d sudah tercapai.") % words


def province_tiles(
    *,
    rows: Sequence[Figure],
    measure: str,
    day: datetime.date,
    url: Callable[[str, str], str] | None = None,
) -> list[Tile]:
    """Every province of the map, each once, by code.

    ``measure`` ORIGIN shows the province's own figure of ``rows``; SERVED the figure of the balai
    that serves it on ``day``, so provinces of one balai carry the same number. ``url`` gives the
    page of a (measure, code).
    """
    figures = {row.code: row for row in rows if row.measure == measure}
    serving: dict[str, tuple[str, str]] = {}
    if measure == Measure.SERVED:
        areas = ServiceArea.objects.filter(valid_from__lte=day).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        )
        serving = {
            province: (office, name)
            for province, office, name in areas.values_list("province", "office", "office__name")
        }
    tiles = []
    for place in Province.objects.order_by("code"):
        code, unit = serving.get(place.code, ("", "")) if serving else (place.code, "")
        figure = figures.get(code)
        tiles.append(
            Tile(
                place.code, place.name, place.short_name, place.tile_column, place.tile_row, figure,
                url(measure, code) if url and figure else "", unit,
            )
        )  # fmt: skip
    return tiles


def tile_map(
    *, tiles: Sequence[Tile], measure: str, bands: Sequence[tuple[int, Decimal]]
) -> MapChart:
    """The tiles as a drawing. ``bands`` are (level, from percent), lowest first."""
    tall = (max(tile.row for tile in tiles) + 1) * (_TALL + _GAP)
    return MapChart(
        list(tiles), measure, _keys(bands), "petak", "charts/_tiles.html", 15 * _CELL, tall
    )


def boundary_map(
    *, tiles: Sequence[Tile], measure: str, bands: Sequence[tuple[int, Decimal]]
) -> MapChart | None:
    """The same figures on the boundaries that an operator has loaded; None where none are."""
    shapes = {shape.province_id: shape for shape in ProvinceBoundary.objects.all()}
    if not shapes:
        return None
    drawn = [
        Tile(
            t.code, t.name, t.short, t.column, t.row, t.figure, t.url, t.unit,
            shapes[t.code].path if t.code in shapes else "",
        )
        for t in tiles
    ]  # fmt: skip
    credits = sorted({f"{shape.source} ({shape.licence})" for shape in shapes.values()})
    return MapChart(
        drawn, measure, _keys(bands), "peta", "charts/_boundaries.html", WIDTH, HEIGHT,
        _("Batas wilayah: %(credits)s") % {"credits": "; ".join(credits)},
    )  # fmt: skip


def _keys(bands: Sequence[tuple[int, Decimal]]) -> list[Key]:
    keys = []
    for index, (level, minimum) in enumerate(bands):
        if index == 0 and len(bands) > 1:
            words = _("di bawah %(percent)s %%") % {"percent": f"{bands[1][1].normalize():f}"}
        else:
            words = _("mulai %(percent)s %%") % {"percent": f"{minimum.normalize():f}"}
        keys.append(Key(f"on-{level}", words))
    return [*keys, Key("on-none", _("belum ada target"))]
