"""Boundaries of provinces for a map: read from GeoJSON, projected, simplified, kept as SVG paths.

The program brings no boundaries of its own: the official ones are the operator's to load, with
their source and licence, which are shown wherever the map is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regions.models import Province, ProvinceBoundary

# Plain equirectangular: at the equator a degree is as long both ways. 95–141.1 E, 11.1 S–6.1 N.
_WEST, _NORTH, _SCALE = 94.9, 6.2, 14.3
WIDTH, HEIGHT = 660, 250
# A page with all paths stays well below 150 KB; finer coasts are simplified until they fit.
MOST_BYTES = 120_000
_FIRST_TOLERANCE = 0.1
# Kemendagri code as the usual files call it.
CODE_PROPERTIES = ("KODE_PROV", "kode_prov", "KDPPUM", "kode", "code", "id")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BoundariesLoaded:
    """How many provinces have a boundary now, which of the map have none, and bytes of paths."""

    provinces: int
    without: list[str]
    size: int


def load_boundaries(*, geojson: object, source: str, licence: str) -> BoundariesLoaded:
    """Replace all boundaries by those of a GeoJSON FeatureCollection keyed by province code.

    Raises ValidationError, and changes nothing, for what is no such collection, a code that is no
    province's, or a missing source or licence.
    """
    if not source.strip() or not licence.strip():
        raise ValidationError(_("Sebutkan sumber dan lisensi batas wilayah."))
    rings = _rings_by_code(geojson)
    known = dict(Province.objects.values_list("code", "name"))
    unknown = sorted(rings.keys() - known.keys())
    if unknown:
        raise ValidationError(
            _("Kode provinsi tidak dikenal: %(codes)s.") % {"codes": ", ".join(unknown[:10])}
        )
    paths = _fitting(rings)
    with transaction.atomic():
        ProvinceBoundary.objects.all().delete()
        ProvinceBoundary.objects.bulk_create(
            ProvinceBoundary(province_id=code, path=path, source=source, licence=licence)
            for code, path in sorted(paths.items())
        )
    without = [name for code, name in sorted(known.items()) if code not in paths]
    return BoundariesLoaded(len(paths), without, sum(map(len, paths.values())))


def _rings_by_code(geojson: object) -> dict[str, list[list[Point]]]:
    """Return code -> projected rings."""
    wrong = ValidationError(
        _("Berkas ini bukan GeoJSON FeatureCollection dengan Polygon atau MultiPolygon.")
    )
    found: dict[str, list[list[Point]]] = {}
    try:
        for feature in geojson["features"]:
            shape, properties = feature["geometry"], feature["properties"]
            code = next((str(properties[k]) for k in CODE_PROPERTIES if properties.get(k)), "")
            if not code:
                raise ValidationError(
                    _("Tiap provinsi memerlukan kodenya dalam salah satu properti: %(names)s.")
                    % {"names": ", ".join(CODE_PROPERTIES)}
                )
            many = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}
            for polygon in many[shape["type"]]:
                for ring in polygon:
                    found.setdefault(code, []).append([_projected(*at[:2]) for at in ring])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise wrong from error
    if not found:
        raise wrong
    return found


def _projected(longitude: float, latitude: float) -> Point:
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise ValueError("a coordinate is not a number")
    return (longitude - _WEST) * _SCALE, (_NORTH - latitude) * _SCALE


def _fitting(rings: dict[str, list[list[Point]]]) -> dict[str, str]:
    """Paths that together fit, by doubling the tolerance."""
    tolerance = _FIRST_TOLERANCE
    while True:
        paths = {code: _path(each, tolerance) for code, each in rings.items()}
        if sum(map(len, paths.values())) <= MOST_BYTES or tolerance > 10:
            return paths
        tolerance *= 2


def _path(rings: Iterable[Sequence[Point]], tolerance: float) -> str:
    """Rings as one SVG path of one decimal. Islands that shrink to a line are left out, except
    that a province keeps its largest."""
    drawn = sorted((_rounded(simplified(ring, tolerance)) for ring in rings), key=_area)
    kept = [ring for ring in drawn if len(ring) > 2 and _area(ring) > tolerance**2]
    return "".join(
        "M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in kept or drawn[-1:]
    )


def _rounded(ring: Sequence[Point]) -> list[Point]:
    points: list[Point] = []
    for x, y in ring:
        point = (round(x, 1), round(y, 1))
        if not points or points[-1] != point:
            points.append(point)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def simplified(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Douglas–Peucker: no point of ``line`` is farther than ``tolerance`` from what is returned."""
    keep, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        farthest, distance = first, tolerance
        for index in range(first + 1, last):
            away = _distance(line[index], line[first], line[last])
            if away > distance:
                farthest, distance = index, away
        if farthest != first:
            keep.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    return [line[index] for index in sorted(keep)]


def _distance(point: Point, first: Point, last: Point) -> float:
    """Distance of a point from a segment; a closed ring begins as a segment without length."""
    dx, dy = last[0] - first[0], last[1] - first[1]
    length = dx * dx + dy * dy
    along = 0.0
    if length:
        along = ((point[0] - first[0]) * dx + (point[1] - first[1]) * dy) / length
        along = min(max(along, 0.0), 1.0)
    return math.hypot(point[0] - first[0] - along * dx, point[1] - first[1] - along * dy)


def _area(ring: Sequence[Point]) -> float:
    pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2
