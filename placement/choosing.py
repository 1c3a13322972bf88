"""Lists of the entry form whose options say more than their name."""

from __future__ import annotations

from django import forms


class SearchSelect(forms.Select):
    """A list that is searched by typing: its options carry the other names of their row, where it
    has any; assets/src/matching.js knows what people type."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        other_names = getattr(getattr(value, "instance", None), "other_names", "")
        if other_names:
            option["attrs"]["data-names"] = other_names
        return option


class SchemeSelect(forms.Select):
    """A select whose options say whether the scheme names an agency (``data-agency``)."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if getattr(getattr(value, "instance", None), "requires_agency", False):
            option["attrs"]["data-agency"] = ""
        return option
