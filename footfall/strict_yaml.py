"""YAML as contracts and taxonomies want it: safe, a key only once, no anchors, dates as the text that they are."""

from typing import Any

import yaml

from footfall.errors import BadInput

__all__ = ["load_yaml"]

MOST_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own way
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            line = self.get_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise BadInput("Line {line}: an alias. Valid: the value itself, written out.", line=line)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise BadInput("Line {line}: a key that is no text.", line=key.start_mark.line + 1)
            if key.value in seen:
                raise BadInput("Line {line}: key {key!r} stands there twice.", line=key.start_mark.line + 1, key=key.value)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def load_yaml(data: bytes | str) -> object:
    """What the text holds: mappings, lists, texts, numbers, booleans, ``None``.

    Raises:
        BadInput: it is no YAML, no UTF-8, larger than a megabyte, has a key twice or an anchor; with the line.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("The file is larger than {most} bytes.", most=MOST_BYTES)
    try:
        return yaml.load(data.decode() if isinstance(data, bytes) else data, _Loader)
    except UnicodeDecodeError as error:
        raise BadInput("The file is not UTF-8: byte {at}.", at=error.start) from None
    except RecursionError:
        raise BadInput("The file is nested too deeply.") from None
    except ValueError as error:
        raise BadInput("The file is no YAML: {fault}.", fault=str(error)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fault = getattr(error, "problem", None) or type(error).__name__
        raise BadInput("Line {line}: no YAML ({fault}).", line=mark.line + 1 if mark else 1, fault=fault) from None
