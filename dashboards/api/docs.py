"""The page that shows the API, made from its schema on the server.

Swagger as ninja ships it needs inline scripts and styles, which the policy of this site forbids;
and a page without a script prints, and works on every device here.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards.api.frame import api


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    schema = api.get_openapi_schema()
    shapes = schema["components"]["schemas"]
    operations = [
        {
            "path": path,
            "about": _said(operation),
            "parameters": [
                {
                    "name": each["name"],
                    "kind": _kind(each["schema"], shapes),
                    "required": each.get("required", False),
                    "default": each["schema"].get("default"),
                    "about": _said(each) or _said(each["schema"]),
                }
                for each in operation.get("parameters", [])
            ],
            "answers": [
                {"status": status, "shape": _kind(_content(answer), shapes)}
                for status, answer in operation["responses"].items()
            ],
        }
        for path, methods in schema["paths"].items()
        for operation in methods.values()
    ]
    objects = [
        {
            "name": name,
            "about": _said(shape),
            "fields": [
                {"name": field, "kind": _kind(each, shapes), "about": _said(each)}
                for field, each in shape["properties"].items()
            ],
        }
        for name, shape in sorted(shapes.items())
        if "properties" in shape
    ]
    context = {
        "about": _said(schema["info"]),
        "operations": operations,
        "objects": objects,
        "most": settings.API_CALLS_A_MINUTE,
    }
    return render(request, "dashboards/api.html", context)


def _said(of: dict) -> str:
    """A description in the reader's language: the schema has it in Indonesian, marked to be
    translated where it is written."""
    text = of.get("description", "")
    return _(text) if text else ""


def _content(answer: dict) -> dict:
    return answer.get("content", {}).get("application/json", {}).get("schema", {})


def _kind(schema: dict, shapes: dict) -> str:
    """A type in words: ``integer``, ``date atau null``, ``daftar FigureRow``, ``a | b``."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        values = shapes[name].get("enum")
        return " | ".join(values) if values else name
    if "allOf" in schema:
        return _kind(schema["allOf"][0], shapes)
    if "anyOf" in schema:
        return f" {_('atau')} ".join(_kind(each, shapes) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return _("daftar %(kind)s") % {"kind": _kind(schema["items"], shapes)}
    return schema.get("format") or schema.get("type", "")
