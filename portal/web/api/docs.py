"""The OpenAPI document for programs, and the same document as a page for people."""

import json
import pathlib
from typing import Any

from flask import Response, render_template
from markupsafe import Markup

from portal.text import fragment
from portal.web import problems
from portal.web.api.openapi import document

_STYLE = pathlib.Path(__file__).parent.parent / "static" / "api.css"
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def openapi() -> Response:
    return Response(json.dumps(document(), ensure_ascii=False), content_type="application/json")


def page() -> Response:
    made = document()
    html = render_template(
        "api_docs.html",
        document=made,
        groups=_groups(made),
        problems=[(kind.code, kind.status, kind.title, _promise(kind)) for kind in problems.EVERY],
        fields=lambda schema: _fields(made, schema),
        name=_name,
        markdown=lambda text: Markup(fragment(text)),  # noqa: S704
    )
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def style() -> Response:
    return Response(_STYLE.read_bytes(), content_type="text/css; charset=utf-8")


def _promise(kind: type[Exception]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _groups(made: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations by tag, in the order of the table, each with its method, path and example."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            success, answer = next(iter(operation["responses"].items()))
            refused = [
                (status, made["components"]["responses"][_name(one)]["description"])
                for status, one in operation["responses"].items()
                if "$ref" in one
            ]
            one = {
                "refused": refused,
                **operation,
                "method": method.upper(),
                "path": path,
                "body": content.get("schema"),
                "example": json.dumps(content["example"], ensure_ascii=False, indent=2)
                if "example" in content
                else None,
                "success": success,
                "answer": answer["content"]["application/json"]["schema"],
            }
            groups.setdefault(operation["tags"][0], []).append(one)
    return groups


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def _fields(made: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a schema for a table: name, type in words, whether it is needed, and what it means."""
    whole = _resolved(made, schema)
    needed = whole.get("required", [])
    return [
        {
            "name": name,
            "type": _words(made, one),
            "needed": name in needed,
            "default": json.dumps(one["default"]) if one.get("default") is not None else "",
            "said": one.get("description", ""),
        }
        for name, one in whole.get("properties", {}).items()
    ]


def _resolved(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = made["components"]["schemas"][_name(schema)]
    return schema


def _words(made: dict[str, Any], schema: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    if "$ref" in schema:
        whole = _resolved(made, schema)
        return _words(made, whole) if "enum" in whole else _name(schema)
    if "anyOf" in schema:
        return " or ".join(_words(made, one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_words(made, schema.get('items', {}))}"
    if kind == "object":
        inner: Any = schema.get("additionalProperties") or next(iter(schema.get("patternProperties", {}).values()), {})
        return f"object of name: {_words(made, inner)}" if isinstance(inner, dict) and inner else "object"
    if kind == "string":
        named = {"date-time": "moment", "date": "day"}.get(schema.get("format", ""), "text")
        longest = schema.get("maxLength")
        return f"{named}, at most {longest:,} characters" if longest else named
    return {"integer": "whole number", "boolean": "true or false", "null": "null", "number": "number"}.get(
        kind or "", "anything"
    )
