"""The contracts that Footfall brings, by name: to begin with, and for the formats of its eight modules."""

from importlib.resources import files

from footfall.errors import NotFound

__all__ = ["builtin_names", "builtin_text"]

FOLDER = files("footfall.sources").joinpath("builtin")


def builtin_names() -> tuple[str, ...]:
    """In the order of their names."""
    return tuple(sorted(path.name.removesuffix(".yaml") for path in FOLDER.iterdir() if path.name.endswith(".yaml")))


def builtin_text(name: str) -> str:
    """Its YAML. Raises NotFound, with those that there are."""
    if name not in builtin_names():
        raise NotFound("There is no built-in contract {name!r}. Valid: {valid}.", name=name, valid=", ".join(builtin_names()))
    return FOLDER.joinpath(f"{name}.yaml").read_text("utf-8")
