"""Load reference rows from CSV without ever overwriting what an administrator edited."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction

from regions.models import Country, Office, Province, Regency, ServiceArea

DATA = Path(settings.BASE_DIR) / "data"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of a table were added, updated, and kept because somebody edited them."""

    table: str
    added: int
    updated: int
    kept: int


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of ``data/NAME.csv``."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@transaction.atomic
def load(
    model: type[models.Model],
    rows: Iterable[Mapping[str, str]],
    *,
    key: tuple[str, ...] = ("code",),
) -> Loaded:
    """Add missing rows and refresh fields that still hold what was loaded last.

    ``rows`` map field names to text; ``key`` names the fields that identify a row. Never deletes.
    """
    known = {_key_of(row, key): row for row in model._default_manager.all()}
    added, changed, kept = [], [], 0
    for text in rows:
        values = {
            _field(model, name).attname: _value(model, name, raw) for name, raw in text.items()
        }
        marks = {name: _mark(value) for name, value in values.items()}
        row = known.get(tuple(str(values[_field(model, name).attname]) for name in key))
        if row is None:
            added.append(model(**values, loaded=marks))
            continue
        fresh, edited = False, False
        for name, value in values.items():
            now = getattr(row, name)
            if now == value:
                continue
            # A column that is new in the file was as the table made it, until somebody edits it.
            untouched = _mark(model._meta.get_field(name).get_default())
            if _mark(now) == row.loaded.get(name, untouched):
                setattr(row, name, value)
                fresh = True
            else:
                edited = True
        if fresh or row.loaded != marks:
            row.loaded = marks
            changed.append(row)
        kept += edited
    model._default_manager.bulk_create(added)
    if changed:
        names = [
            field.name
            for field in model._meta.concrete_fields
            if not field.primary_key and not field.generated
        ]
        model._default_manager.bulk_update(changed, names)
    return Loaded(str(model._meta.verbose_name), len(added), len(changed), kept)


def load_regions() -> list[Loaded]:
    """Load provinces, regencies, countries, offices and service areas."""
    return [
        load(Province, read("provinces")),
        load(Regency, read("regencies")),
        load(Country, read("countries")),
        load(Office, read("offices")),
        load(ServiceArea, read("service_areas"), key=("office", "province", "valid_from")),
    ]


def _mark(value: Any) -> str:
    return "" if value is None else str(value)


def _field(model: type[models.Model], name: str) -> models.Field:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        raise ValueError(f"{model.__name__} has no column {name!r}") from None


def _value(model: type[models.Model], name: str, raw: str) -> Any:
    field = _field(model, name)
    if raw == "" and field.null:
        return None
    return field.target_field.to_python(raw) if field.is_relation else field.to_python(raw)


def _key_of(row: models.Model, key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(getattr(row, _field(type(row), name).attname)) for name in key)
