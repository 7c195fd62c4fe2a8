"""``footfall sources places``: districts and other places of the city, with their names and outlines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, console, print_json
from footfall.control.places import put_places
from footfall.errors import NotFound
from footfall.serve.clock import make_clock
from footfall.sources.places import Fields, read_places

__all__ = ["places"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Properties:
    """Names of the properties that a feature's values are read from."""

    kind: Annotated[str, Parameter(help="Kind of place, as contracts call it: district, ward, stop …")] = "district"
    id: Annotated[str, Parameter(help="Property with the id that files name a place by.")] = "id"
    name: Annotated[str, Parameter(help="Property with its name.")] = "name"
    name_ru: Annotated[str, Parameter(help="Property with its name in Russian.")] = ""
    parent: Annotated[str, Parameter(help="Kind of place that these lie in, such as okrug; it names the property with its id too.")] = ""
    parent_id: Annotated[str, Parameter(help="Property with that place's id, where it is another.")] = ""
    parent_name: Annotated[str, Parameter(help="Property with that place's name.")] = ""
    parent_name_ru: Annotated[str, Parameter(help="Property with that place's name in Russian.")] = ""

    def fields(self) -> Fields:
        return Fields(
            id=self.id,
            name=self.name,
            names={"ru": self.name_ru} if self.name_ru else {},
            parent_kind=self.parent,
            parent=(self.parent_id or self.parent) if self.parent else "",
            parent_name=self.parent_name,
            parent_names={"ru": self.parent_name_ru} if self.parent_name_ru else {},
        )


Whose = Annotated[str, Parameter(help="Whom maps name for the outlines, with the licence.")]
USUAL = Properties()


def places(file: Path, /, *, given: Properties = USUAL, attribution: Whose = "", home: Home = None, json: Json = False) -> None:
    """Read the city's districts, for maps and for contracts that fold a district into what it lies in. What was there of the kind goes.

    Parameters
    ----------
    file
        GeoJSON in longitude and latitude, a feature a place.
    """
    if not file.is_file():
        raise NotFound("There is no file {path}.", path=file)
    found = read_places(file.read_bytes(), given.kind, given.fields())
    with opened_control(home) as (control, settings):
        for kind, read in found.items():
            put_places(control, kind, read, attribution=attribution, now_ms=make_clock(settings.now)())
    counts = {kind: len(read) for kind, read in found.items()}
    said = ", ".join(f"{number} of the kind {kind}" for kind, number in counts.items())
    print_json(counts) if json else console.print(f"Places read: {said}.", markup=False)
