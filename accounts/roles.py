"""The five groups of the ministry and what each one means in code.

One place names them; views, forms and admin ask ``User`` (``may_record`` and friends), never a
group by its name.
"""

OFFICER = "Petugas"
HEAD = "Kepala balai"
DIRECTORATE = "Direktorat"
TARGET_ADMIN = "Administrator target"
AUDITOR = "Auditor"

ALL = (OFFICER, HEAD, DIRECTORATE, TARGET_ADMIN, AUDITOR)
