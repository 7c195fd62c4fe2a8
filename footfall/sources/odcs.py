"""Contracts as YAML in the shape of ODCS 3.1 (Bitol, Apache-2.0): read into Structs, every fault with its place, and written again."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import msgspec
import yaml

from footfall.errors import BadInput
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.rules import check_rules
from footfall.sources.shape import (
    COLUMN_PROPERTIES,
    CONTRACT_PROPERTIES,
    DOCUMENTARY,
    KINDS,
    LEVELS,
    LOGICAL_TYPES,
    MARK,
    SCHEMA_PROPERTIES,
    field_place,
)
from footfall.sources.values import converted, shown
from footfall.strict_yaml import load_yaml

__all__ = ["read_contract", "write_contract"]

API_VERSION, KIND = "v3.1.0", "DataContract"
OPTIONS = ("minimum", "maximum", "pattern", "format")
ONE_LINE = 110
SET_BY_READER = ("columns", "measures", "ladder")


class _Dumper(yaml.SafeDumper):
    """What is short stands in a line."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        leaves = [leaf for pair in node.value for leaf in pair]
        node.flow_style = all(_is_leaf(leaf) for leaf in leaves) and len(str(mapping)) <= ONE_LINE
        return node


class Node(NamedTuple):
    """A value of the YAML, and where it stands."""

    value: object
    place: str


def read_contract(data: bytes | str) -> Contract:
    """The contract that a YAML holds, checked whole.

    Raises:
        BadInput: the first fault, with its place in the YAML and what is valid there.
    """
    top = _mapping(
        Node(load_yaml(data), "the contract"),
        ("apiVersion", "kind", "status", "id", "version", "name", "description", "team", "slaProperties", "roles", "schema"),
        "contract",
    )
    _same(top, "apiVersion", API_VERSION)
    _same(top, "kind", KIND)
    _same(top, "status", "active")
    schema = _schema(top)
    fields: dict[str, Node] = {
        **{name: Node(top[name].value, name) for name in ("id", "version", "name") if name in top},
        **_described(top),
        **_levels(top),
        **_properties(top.get("customProperties"), CONTRACT_PROPERTIES),
        **_granularity(schema),
    }
    parts = _properties(schema.get("customProperties"), SCHEMA_PROPERTIES, "schema[0].")
    contract = Contract(
        **_typed(Contract, fields),
        columns=tuple(_column(node) for node in _items(schema.get("properties"), "schema[0].properties")),
        measures=tuple(_part(Measure, node) for node in _items(parts.get("measures"), field_place("measures"))),
        ladder=tuple(_part(Rung, node) for node in _items(parts.get("ladder"), field_place("ladder"))),
    )
    check_rules(contract)
    return contract


def write_contract(contract: Contract) -> str:
    """The contract as YAML that ``read_contract`` reads again, whatever it holds; defaults are left out."""
    described = {"purpose": contract.purpose, "limitations": contract.limitations}
    levels = [
        {"property": name, "value": value, "unit": unit}
        for name, (field, unit) in LEVELS.items()
        if (value := getattr(contract, field)) not in ("", 0)
    ]
    schema = {
        "name": contract.id.replace("-", "_"),
        "dataGranularityDescription": contract.granularity,
        "properties": [_written_column(column) for column in contract.columns],
        "customProperties": _written(contract, SCHEMA_PROPERTIES),
    }
    document = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "id": contract.id,
        "name": contract.name,
        "version": contract.version,
        "status": "active",
        "description": {key: value for key, value in described.items() if value or key == "purpose"},
        "team": {"name": contract.owner},
        "roles": [{"role": role, "access": "read"} for role in contract.readers],
        "slaProperties": levels,
        "customProperties": _written(contract, CONTRACT_PROPERTIES),
        "schema": [schema],
    }
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))


def _mapping(node: Node, known: Collection[str], level: str) -> dict[str, Node]:
    """Its keys, each with its place; keys without a value are as if they were not there."""
    if not isinstance(node.value, Mapping):
        raise BadInput(
            "{place}: {value} is not valid. Valid: a mapping of {keys}.", place=node.place, value=shown(node.value), keys=_listed(known)
        )
    prefix = "" if level == "contract" else f"{node.place}."
    allowed = {*known, *DOCUMENTARY.get(level, ()), *(("customProperties",) if level in ("contract", "schema", "column") else ())}
    for key in node.value:
        if key not in allowed:
            raise BadInput("{place} is not known. Valid: {keys}.", place=f"{prefix}{key}", keys=_listed(allowed))
    return {key: Node(value, f"{prefix}{key}") for key, value in node.value.items() if value is not None}


def _items(node: Node | None, place: str) -> list[Node]:
    if node is None:
        raise BadInput("{place} is missing. Valid: a list.", place=place)
    if not isinstance(node.value, list):
        raise BadInput("{place}: {value} is not valid. Valid: a list.", place=node.place, value=shown(node.value))
    return [Node(value, f"{place}[{at}]") for at, value in enumerate(node.value)]


def _same(top: Mapping[str, Node], key: str, valid: str) -> None:
    value = top[key].value if key in top else None
    if value != valid:
        raise BadInput("{place}: {value} is not valid. Valid: {valid}.", place=key, value=shown(value), valid=valid)


def _schema(top: Mapping[str, Node]) -> dict[str, Node]:
    found = _items(top.get("schema"), "schema")
    if len(found) != 1:
        raise BadInput("schema: {count} objects. Valid: one, since a contract is of one dataset.", count=len(found))
    return _mapping(found[0], ("dataGranularityDescription", "properties"), "schema")


def _granularity(schema: Mapping[str, Node]) -> dict[str, Node]:
    key = "dataGranularityDescription"
    return {"granularity": schema[key]} if key in schema else {}


def _described(top: Mapping[str, Node]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    if "description" in top:
        described = _mapping(top["description"], ("purpose", "limitations"), "description")
        found |= {key: described[key] for key in ("purpose", "limitations") if key in described}
    if "team" in top:
        team = _mapping(top["team"], ("name",), "team")
        found |= {"owner": team["name"]} if "name" in team else {}
    if "roles" in top:
        roles = [_mapping(node, ("role",), "role") for node in _items(top["roles"], "roles")]
        found["readers"] = Node([role["role"].value for role in roles if "role" in role], "roles")
    return found


def _levels(top: Mapping[str, Node]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for node in _items(top["slaProperties"], "slaProperties") if "slaProperties" in top else ():
        level = _mapping(node, ("property", "value"), "level")
        name = level["property"].value if "property" in level else None
        if not isinstance(name, str) or name not in LEVELS:
            raise BadInput(
                "{place}: {value} is not known. Valid: {keys}.", place=f"{node.place}.property", value=shown(name), keys=_listed(LEVELS)
            )
        field, unit = LEVELS[name]
        given = level["unit"].value if "unit" in level else unit
        if given != unit:
            raise BadInput("{place}: {value} is not valid. Valid: {valid}.", place=f"{node.place}.unit", value=shown(given), valid=unit)
        if field in found:
            raise BadInput("{place}: {name!r} stands there twice.", place=node.place, name=name)
        if "value" in level:
            found[field] = level["value"]
    return found


def _properties(node: Node | None, known: Mapping[str, str], prefix: str = "") -> dict[str, Node]:
    """Those of ours by field; other people's are left alone."""
    found: dict[str, Node] = {}
    for item in _items(node, node.place) if node else ():
        pair = _mapping(item, ("property", "value", "id", "description"), "custom")
        name = pair["property"].value if "property" in pair else None
        if not isinstance(name, str):
            raise BadInput("{place} is missing. Valid: a name.", place=f"{item.place}.property")
        if not name.startswith(MARK):
            continue
        place = f"{prefix}customProperties {name}"
        if name not in known:
            raise BadInput("{place} is not known. Valid: {keys}.", place=place, keys=_listed(known))
        if known[name] in found:
            raise BadInput("{place}: {name!r} stands there twice.", place=item.place, name=name)
        if "value" in pair:
            found[known[name]] = Node(pair["value"].value, place)
    return found


def _typed(struct: type[msgspec.Struct], fields: Mapping[str, Node]) -> dict[str, Any]:
    """The fields as their types want them; what has no default must be there."""
    made = {}
    for field in msgspec.structs.fields(struct):
        if field.name in fields:
            node = fields[field.name]
            made[field.name] = converted(node.value, field.type, node.place)
        elif field.required and not (struct is Contract and field.name in SET_BY_READER):
            raise BadInput("{place} is missing.", place=field_place(field.name))
    return made


def _column(node: Node) -> Column:
    keys = _mapping(node, ("name", "logicalType", "logicalTypeOptions", "required"), "column")
    name = converted(keys["name"].value, str, f"{node.place}.name") if "name" in keys else ""
    if not name:
        raise BadInput("{place} is missing. Valid: the column's name as the file writes it.", place=f"{node.place}.name")
    prefix = f"{node.place} ({name}) "
    ours = _properties(keys.get("customProperties"), COLUMN_PROPERTIES, prefix)
    options = _mapping(keys["logicalTypeOptions"], OPTIONS, "options") if "logicalTypeOptions" in keys else {}
    required = {"required": keys["required"]} if "required" in keys else {}
    values = _typed(Column, {"name": Node(name, node.place)} | ours | options | required)
    return Column(**{**values, "kind": _kind(keys, values, prefix)})


def _kind(keys: Mapping[str, Node], values: Mapping[str, Any], prefix: str) -> str:
    logical = keys["logicalType"].value if "logicalType" in keys else "string"
    if not isinstance(logical, str) or logical not in LOGICAL_TYPES:
        valid = _listed(LOGICAL_TYPES)
        raise BadInput("{place}: {value} is not valid. Valid: {valid}.", place=f"{prefix}logicalType", value=shown(logical), valid=valid)
    kind = str(values.get("kind", LOGICAL_TYPES[logical]))
    if KINDS[kind] != logical:
        valid = _listed(one for one, of in KINDS.items() if of == logical)
        place = f"{prefix}customProperties footfall.kind"
        raise BadInput("{place}: {value} is no {logical}. Valid: {valid}.", place=place, value=shown(kind), logical=logical, valid=valid)
    return kind


def _part(struct: type[Any], node: Node) -> Any:
    """A measure or a rung."""
    keys = _mapping(node, struct.__struct_fields__, "part")
    for field in msgspec.structs.fields(struct):
        if field.required and field.name not in keys:
            raise BadInput("{place} is missing.", place=f"{node.place}.{field.name}")
    return struct(**_typed(struct, keys))


def _written(struct: msgspec.Struct, known: Mapping[str, str]) -> list[dict[str, Any]]:
    """Its fields as properties, without those that hold their default."""
    plain = _plain(struct)
    return [{"property": name, "value": plain[field]} for name, field in known.items() if field in plain]


def _plain(value: Any) -> Any:
    """Of structs what differs from their defaults; everything else as YAML has it."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if not isinstance(value, msgspec.Struct):
        return value
    fields = msgspec.structs.fields(value)
    return {field.name: _plain(held) for field in fields if (held := getattr(value, field.name)) != _default(field)}


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _is_leaf(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) or (
        isinstance(node, yaml.SequenceNode) and all(isinstance(one, yaml.ScalarNode) for one in node.value)
    )


def _written_column(column: Column) -> dict[str, Any]:
    known = {
        name: field for name, field in COLUMN_PROPERTIES.items() if field != "kind" or LOGICAL_TYPES[KINDS[column.kind]] != column.kind
    }
    options = {name: value for name in OPTIONS if (value := getattr(column, name)) not in ("", None)}
    return {
        "name": column.name,
        "logicalType": KINDS[column.kind],
        **({"required": True} if column.required else {}),
        **({"logicalTypeOptions": options} if options else {}),
        **({"customProperties": written} if (written := _written(column, known)) else {}),
    }


def _listed(names: Collection[str] | Any) -> str:
    return ", ".join(sorted(names))
