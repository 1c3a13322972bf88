"""manage.py load_boundaries FILE: offer a map with boundaries beside the tiles."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from regions.boundaries import load_boundaries


class Command(BaseCommand):
    help = "Load province boundaries from GeoJSON keyed by Kemendagri province code."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="who drew the boundaries; it is shown")
        parser.add_argument("--licence", required=True, help="under which licence; it is shown")

    def handle(self, *, file: Path, source: str, licence: str, **options) -> None:
        try:
            geojson = json.loads(file.read_text(encoding="utf-8"))
            loaded = load_boundaries(geojson=geojson, source=source, licence=licence)
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{loaded.provinces} provinces, {loaded.size / 1000:.0f} KB of paths")
        if loaded.without:
            self.stdout.write(f"without a boundary: {', '.join(loaded.without)}")
