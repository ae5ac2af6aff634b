"""The endpoints in OpenAPI 3, written by hand: they are the standard's, not ours to derive from serializers."""

from typing import Any

_TEXT = {"type": "string"}
_FORMS = {"json": "application/json", "xml": "text/xml"}
_NULLABLE = {"type": "string", "nullable": True}
_MOMENT = {"type": "string", "format": "date-time"}


def _list(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": fields, "required": sorted(fields)}}


REQUEST = {
    "service_request_id": _TEXT,
    "status": {"type": "string", "enum": ["open", "closed"]},
    "status_notes": _TEXT,
    "service_name": _TEXT,
    "service_code": _TEXT,
    "description": _TEXT,
    "agency_responsible": _NULLABLE,
    "service_notice": _NULLABLE,
    "requested_datetime": _MOMENT,
    "updated_datetime": _MOMENT,
    "expected_datetime": {**_MOMENT, "nullable": True},
    "address": _TEXT,
    "address_id": _NULLABLE,
    "zipcode": _NULLABLE,
    "lat": {"type": "number", "nullable": True},
    "long": {"type": "number", "nullable": True},
    "media_url": _NULLABLE,
}
SERVICE = {
    "service_code": _TEXT,
    "service_name": _TEXT,
    "description": _TEXT,
    "metadata": {"type": "boolean"},
    "type": {"type": "string", "enum": ["realtime"]},
    "keywords": _TEXT,
    "group": _TEXT,
}
DEFINITION = {
    "type": "object",
    "required": ["service_code", "attributes"],
    "properties": {
        "service_code": _TEXT,
        "attributes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["variable", "code", "datatype", "required", "order", "description"],
                "properties": {
                    "variable": {"type": "boolean"},
                    "code": _TEXT,
                    "datatype": {"type": "string", "enum": ["string", "singlevaluelist"]},
                    "required": {"type": "boolean"},
                    "datatype_description": _TEXT,
                    "order": {"type": "integer"},
                    "description": _TEXT,
                    "values": _list({"key": _TEXT, "name": _TEXT}),
                },
            },
        },
    },
}
ERRORS = _list({"code": {"type": "integer"}, "description": _TEXT})
MADE = _list({"service_request_id": _TEXT, "service_notice": _NULLABLE, "account_id": _NULLABLE})
TOKEN = _list({"service_request_id": _TEXT, "token": _TEXT})
DISCOVERY = {
    "type": "object",
    "required": ["changeset", "contact", "key_service", "endpoints"],
    "properties": {
        "changeset": _TEXT,
        "contact": _TEXT,
        "key_service": _TEXT,
        "endpoints": {"type": "array", "items": {"type": "object"}},
    },
}
POSTED = {
    "type": "object",
    "required": ["service_code"],
    "properties": {
        "jurisdiction_id": {**_TEXT, "description": "The compound's code; needed when the key covers several."},
        "service_code": {**_TEXT, "description": "One of the list of services."},
        "address_string": {**_TEXT, "description": "Where it is in words, up to 80 characters."},
        "address_id": {**_TEXT, "description": "The code of a public place or device."},
        "lat": {**_TEXT, "description": "WGS84, with long."},
        "long": {**_TEXT, "description": "WGS84, with lat."},
        "attribute[place]": {"type": "string", "enum": ["home", "building", "public"]},
        "attribute[building]": {**_TEXT, "description": "The building's name in the compound."},
        "attribute[home]": {**_TEXT, "description": "The home's address in the compound."},
        "attribute[urgent]": {"type": "string", "enum": ["true", "false"]},
        "first_name": _TEXT,
        "last_name": _TEXT,
        "phone": {**_TEXT, "description": "A mobile number."},
        "description": {**_TEXT, "description": "What is wrong, up to 1,000 characters."},
    },
}


def _query(name: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": _TEXT, "description": words}


def _path(name: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {**_TEXT, "minLength": 1}, "description": words}


JURISDICTION = _query("jurisdiction_id", "The compound's code; needed when the key covers several.")
CODE = _path("service_code", "One of the list of services.")
LISTED = [
    JURISDICTION,
    _query("service_request_id", "Numbers, comma delimited, up to 100; overrides all other arguments."),
    _query("service_code", "Codes, comma delimited."),
    _query("start_date", "W3C date and time with zone."),
    _query("end_date", "W3C date and time with zone; at most 90 days after start_date."),
    _query("status", "open, closed, or both, comma delimited."),
    _query("page", "From 1."),
    _query("page_size", "Up to 1,000, which is the default."),
]


def _answers(kind: str, good: dict[str, Any], *bad: int) -> dict[str, Any]:
    return {
        "200": {"description": "As asked.", "content": {kind: {"schema": good}}},
        **{str(status): {"description": "A list of errors.", "content": {kind: {"schema": ERRORS}}} for status in bad},
    }


def _get(name: str, words: str, good: dict[str, Any], asked: list[Any], *bad: int, key: bool = True) -> Any:
    def of(form: str, kind: str) -> dict[str, Any]:
        schema = good if form == "json" else {"type": "string"}
        return {
            "operationId": f"{name}_{form}",
            "summary": words,
            "parameters": asked,
            "responses": _answers(kind, schema, *bad),
            "security": [{"header": []}, {"query": []}] if key else [],
        }

    return {form: of(form, kind) for form, kind in _FORMS.items()}


def _post(form: str, kind: str) -> dict[str, Any]:
    return {
        "operationId": f"file_{form}",
        "summary": "File what a caller told.",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"},
                "description": "One for each intent: the same again files nothing and answers the same.",
            }
        ],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": POSTED}}},
        "responses": _answers(kind, MADE if form == "json" else {"type": "string"}, 400, 403, 404, 429),
        "security": [{"header": []}],
    }


def _paths() -> dict[str, Any]:
    number = _path("service_request_id", "The request's number.")
    gets = {
        "/discovery": _get("discovery", "What is served here.", DISCOVERY, [], key=False),
        "/services": _get("services", "The services.", _list(SERVICE), [JURISDICTION], key=False),
        "/services/{service_code}": _get(
            "service", "What may be said of a service.", DEFINITION, [CODE, JURISDICTION], 404, key=False
        ),
        "/requests": _get("requests", "The compound's requests.", _list(REQUEST), LISTED, 400, 403, 404, 429),
        "/requests/{service_request_id}": _get(
            "request", "One request.", _list(REQUEST), [number, JURISDICTION], 400, 403, 404, 429
        ),
        "/tokens/{token}": _get(
            "token",
            "The number of a request by the Idempotency-Key that filed it, or by its reference.",
            TOKEN,
            [_path("token", "Idempotency-Key or reference."), JURISDICTION],
            *(400, 403, 404, 429),
        ),
    }
    paths: dict[str, Any] = {}
    for path, forms in gets.items():
        for form in _FORMS:
            paths[f"{path}.{form}"] = {"get": forms[form]}
    for form, kind in _FORMS.items():
        paths[f"/requests.{form}"]["post"] = _post(form, kind)
    return paths


DESCRIPTION: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {
        "title": "Open311 GeoReport v2",
        "version": "2",
        "description": "Repair requests for a city's hotline. The specification: https://wiki.open311.org/GeoReport_v2",
    },
    "servers": [{"url": "/open311/v2"}],
    "paths": _paths(),
    "components": {
        "securitySchemes": {
            "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            "query": {"type": "apiKey", "in": "query", "name": "api_key"},
        }
    },
}
