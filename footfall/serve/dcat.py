"""The catalogue as linked data: JSON-LD in the words of DCAT-AP 3, which data portals of Europe harvest."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from footfall.serve.dataset_shapes import DatasetShown

__all__ = ["MEDIA_TYPE", "catalogue_json", "frequency_of"]

MEDIA_TYPE = "application/ld+json"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
THEMES = {
    "geodata": "REGI",
    "payments": "ECON",
    "wifi": "TRAN",
    "transit": "TRAN",
    "restrictions": "JUST",
    "events": "EDUC",
    "surveys": "SOCI",
    "counters": "GOVE",
}
"""Of the EU's vocabulary of data themes."""
PERIODS = {"hour": "PT1H", "day": "P1D", "week": "P7D", "month": "P1M", "quarter": "P3M", "year": "P1Y"}
EVERY = ("MONTHLY", "WEEKLY", "DAILY", "HOURLY")
UNKNOWN_PUBLISHER = "The city"


def catalogue_json(datasets: Iterable[DatasetShown], url: str, publisher: str = "") -> dict[str, Any]:
    """The catalogue of these datasets; ``url`` is where this server answers, ``publisher`` who answers for all of it."""
    return {
        "@context": CONTEXT,
        "@id": f"{url}/api/v1/datasets.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _text("The city's data, as aggregates"),
        "dct:description": _text("Datasets that Footfall holds: cells of a place and a time in which nobody can be found."),
        "dct:publisher": _agent(publisher or UNKNOWN_PUBLISHER),
        "dcat:dataset": [_dataset(dataset, url) for dataset in datasets],
    }


def frequency_of(schedule: str) -> str:
    """How often a cron makes a dataset grow, in the EU's words.

    >>> [frequency_of(each) for each in ("5 * * * *", "0 4 * * *", "0 4 * * 1", "0 4 1 * *", "")]
    ['HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'IRREG']
    """
    if not schedule:
        return "IRREG"
    _, hour, day, _, weekday = schedule.split()
    fixed = [day != "*", weekday != "*", "*" not in hour and "," not in hour and "-" not in hour]
    return next((every for every, is_fixed in zip(EVERY, fixed, strict=False) if is_fixed), "HOURLY")


def _dataset(dataset: DatasetShown, url: str) -> dict[str, Any]:
    here = f"{url}/api/v1/datasets/{dataset.id}"
    time, _, place = dataset.ladder[0].partition(" × ")
    told: dict[str, Any] = {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.id,
        "dct:title": _text(dataset.name),
        "dct:description": _text(dataset.purpose),
        "dct:publisher": _agent(dataset.owner),
        "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/{THEMES[dataset.module]}"},
        "dct:accessRights": {"@id": f"{AUTHORITY}/access-right/RESTRICTED"},
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/{frequency_of(dataset.schedule)}"},
        "dct:spatial": {"@type": "dct:Location", "rdfs:label": _text(f"The whole city, by {place}")},
        "dcat:temporalResolution": {"@type": "xsd:duration", "@value": PERIODS[time]},
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": _text(_provenance(dataset))},
        "dcat:version": dataset.version,
        "dct:issued": _instant(dataset.created_ms),
        "dct:modified": _instant(dataset.taken_ms or dataset.changed_ms),
        "dcat:distribution": [_distribution(dataset, way, url) for way in _ways(dataset, here, url).items()],
    }
    if dataset.first:
        told["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _moment(dataset.first),
            "dcat:endDate": _moment(dataset.last),
        }
    return told


def _ways(dataset: DatasetShown, here: str, url: str) -> dict[str, str]:
    """Addresses where it may be had, by the name of the distribution: what is told of it, and its released numbers."""
    numbers = [stage.name for stage in dataset.lineage if stage.stage == "release" and stage.name.startswith("/api/")]
    return {f"{here}#api": here} | {f"{here}#measures": f"{url}{name}" for name in numbers}


def _distribution(dataset: DatasetShown, way: tuple[str, str], url: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": way[0],
        "@type": "dcat:Distribution",
        "dct:title": _text(dataset.name),
        "dcat:accessURL": {"@id": way[1]},
        "dct:format": {"@id": f"{AUTHORITY}/file-type/JSON"},
        "dcat:accessService": {
            "@id": f"{url}/api/v1",
            "@type": "dcat:DataService",
            "dct:title": _text("Footfall's API"),
            "dcat:endpointURL": {"@id": f"{url}/api/v1"},
            "dcat:endpointDescription": {"@id": f"{url}/schema/openapi.json"},
        },
    }
    if dataset.licence.startswith(("http://", "https://")):
        found["dct:license"] = {"@id": dataset.licence}
    elif dataset.licence:
        found["dct:license"] = {"@type": "dct:LicenseDocument", "dct:title": _text(dataset.licence)}
    return found


def _provenance(dataset: DatasetShown) -> str:
    held = [(under.min_cohort, under.cohort or "not known") for under in dataset.stored_under] or [(dataset.min_cohort, dataset.cohort)]
    cohorts = ", ".join(f"{least} or more ({cohort})" for least, cohort in dict.fromkeys(held))
    kept = f"Rows of the source are reduced to cells of {cohorts} before anything is kept."
    marts = [f"{stage.name} ({', '.join(stage.about)})" for stage in dataset.lineage if stage.stage == "mart"]
    derived = f"Answers {' and '.join(marts)} are derived of these cells when they are asked for, and rounded." if marts else ""
    return " ".join(filter(None, (kept, derived, dataset.limitations)))


def _agent(name: str) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": _text(name)}


def _text(text: str) -> str:
    return " ".join(text.split())


def _instant(ms: int) -> dict[str, str]:
    return _moment(datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _moment(text: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": text}
