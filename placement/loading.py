"""Load the reference tables of placements."""

from placement.models import EmployerKind, JobTitle, Programme, Scheme, Sector
from regions.loading import Loaded, load, read


def load_placement_reference() -> list[Loaded]:
    """Load schemes, programmes, employer kinds, sectors and job titles."""
    return [
        load(Scheme, read("schemes")),
        load(Programme, read("programmes")),
        load(EmployerKind, read("employer_kinds")),
        load(Sector, read("sectors")),
        load(JobTitle, read("job_titles")),
    ]
