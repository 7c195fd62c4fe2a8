"""``footfall export``: a portal's numbers by day as a Parquet file, for notebooks and other tools."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from footfall.cli.ask import Range
from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, settings_of

__all__ = ["export"]

To = Annotated[str, Parameter(help="The file to write; one that is there is replaced.")]


def export(domain: str, /, *, to: To, date_range: Range = "30d", home: Home = None, json: Json = False) -> None:
    """Write a portal's numbers by day and by each dimension to a Parquet file."""
    with open_backend(settings_of(home)) as backend:
        content = backend.export(domain, date_range)
    Path(to).write_bytes(content)
    if json:
        print_json({"file": to, "bytes": len(content)})
    else:
        console.print(f"{to}: {len(content):,} bytes", markup=False)
