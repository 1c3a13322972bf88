"""A list that is searched by typing; assets/src/matching.js knows what people type."""

from __future__ import annotations

from django import forms


class SearchSelect(forms.Select):
    """A select whose options carry the other names of their row, where it has any."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        other_names = getattr(getattr(value, "instance", None), "other_names", "")
        if other_names:
            option["attrs"]["data-names"] = other_names
        return option
