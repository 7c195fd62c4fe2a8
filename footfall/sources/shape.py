"""Where each part of a contract stands in a YAML of ODCS 3.1: in a place of the standard, or under a property ``footfall.…``."""

import re

from footfall.sources.contract import Column, Contract

__all__ = [
    "CONTRACT_PROPERTIES",
    "DOCUMENTARY",
    "KINDS",
    "LEVELS",
    "LOGICAL_TYPES",
    "MARK",
    "SCHEMA_PROPERTIES",
    "STANDARD",
    "column_place",
    "field_place",
]

MARK = "footfall."
"""Begins the name of every property of ours; those of others are left alone."""
STANDARD = {
    "id": "id",
    "version": "version",
    "name": "name",
    "purpose": "description.purpose",
    "limitations": "description.limitations",
    "owner": "team.name",
    "granularity": "schema[0].dataGranularityDescription",
    "retention_days": "slaProperties retention",
    "freshness_hours": "slaProperties latency",
    "schedule": "slaProperties frequency",
    "readers": "roles",
    "columns": "schema[0].properties",
}
"""Field of a contract → its place in the standard."""
LEVELS = {"retention": ("retention_days", "d"), "latency": ("freshness_hours", "h"), "frequency": ("schedule", "cron")}
"""Property of service levels → field, and the one unit that is understood."""


def _property(field: str) -> str:
    return MARK + re.sub(r"_(\w)", lambda found: found[1].upper(), field)


SCHEMA_PROPERTIES = {_property(field): field for field in ("measures", "ladder")}
CONTRACT_PROPERTIES = {
    _property(field): field for field in Contract.__struct_fields__ if field not in STANDARD and field not in SCHEMA_PROPERTIES.values()
}
COLUMN_STANDARD = ("name", "required", "minimum", "maximum", "pattern", "format")
COLUMN_PROPERTIES = {_property(field): field for field in Column.__struct_fields__ if field not in COLUMN_STANDARD}
"""Properties ``footfall.…`` of that level → field."""
KINDS = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "money": "number",
    "instant": "timestamp",
    "date": "date",
    "period": "date",
    "boolean": "boolean",
}
"""Kind of a column → logical type of the standard; ``footfall.kind`` says which where two share one."""
LOGICAL_TYPES = {"string": "text", "integer": "integer", "number": "number", "timestamp": "instant", "date": "date", "boolean": "boolean"}
"""The other way, where no ``footfall.kind`` is given."""
DOCUMENTARY = {
    "contract": (
        "authoritativeDefinitions", "contractCreatedTs", "dataProduct", "domain", "price", "servers", "support", "tags", "tenant",
    ),
    "description": ("authoritativeDefinitions", "customProperties", "usage"),
    "team": ("authoritativeDefinitions", "customProperties", "description", "id", "members", "tags"),
    "role": ("access", "customProperties", "description", "firstLevelApprovers", "id", "secondLevelApprovers"),
    "level": ("description", "driver", "element", "id", "scheduler", "schedule", "unit", "valueExt"),
    "schema": (
        "authoritativeDefinitions", "businessName", "description", "id", "logicalType", "name", "physicalName", "physicalType", "tags",
    ),
    "column": (
        "authoritativeDefinitions", "businessName", "classification", "criticalDataElement", "description", "encryptedName", "examples",
        "id", "physicalName", "physicalType", "primaryKey", "primaryKeyPosition", "tags", "transformDescription", "transformLogic",
        "transformSourceObjects",
    ),
}  # fmt: skip
"""Of the standard, for people and other tools: allowed and not read. What would promise a check that is never made, such as
``quality`` or ``unique``, is not among them."""


def field_place(field: str) -> str:
    """Where a field of a contract stands.

    >>> field_place("owner"), field_place("min_cohort"), field_place("ladder")
    ('team.name', 'customProperties footfall.minCohort', 'schema[0].customProperties footfall.ladder')
    """
    if field in STANDARD:
        return STANDARD[field]
    return f"{'schema[0].' if field in SCHEMA_PROPERTIES.values() else ''}customProperties {_property(field)}"


def column_place(columns: tuple[Column, ...], name: str, field: str = "") -> str:
    """Where a column stands, or a field of it.

    >>> column_place((Column(name="Paid"),), "Paid", "sign")
    'schema[0].properties[0] (Paid) customProperties footfall.sign'
    """
    index = next((at for at, column in enumerate(columns) if column.name == name), 0)
    inner = {"name": "name", "required": "required"}.get(field) or f"logicalTypeOptions.{field}"
    inner = inner if field in COLUMN_STANDARD else f"customProperties {_property(field)}"
    return f"schema[0].properties[{index}] ({name})" + (f" {inner}" if field else "")
