"""How the API's schema tells of datasets: what there is, contracts, loads."""

from footfall.serve import dataset_shapes
from footfall.serve.operation import BAD, BYTES, JSON, MULTIPART, YAML, Operation

__all__ = ["DATASET_OPERATIONS"]

NO_DATASET = {404: "There is no such dataset."}
DATASET_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("get", "/api/v1/datasets"): Operation(summary="List datasets", scope="datasets:read", answers=dataset_shapes.DatasetList),
    ("get", "/api/v1/datasets.jsonld"): Operation(summary="The catalogue as DCAT-AP 3, JSON-LD", scope="datasets:read"),
    ("get", "/api/v1/datasets/{id}"): Operation(
        summary="A dataset: contract, lineage, freshness, quality, retention, last loads",
        scope="datasets:read",
        answers=dataset_shapes.DatasetShown,
        errors=NO_DATASET,
    ),
    ("put", "/api/v1/datasets/{id}"): Operation(
        summary="Make a dataset, or give it another contract",
        scope="datasets:write",
        asks=dataset_shapes.DatasetBody,
        media=(JSON, YAML),
        answers=dataset_shapes.DatasetShown,
        errors=BAD | {409: "The contract has changed and its version has not."},
    ),
    ("delete", "/api/v1/datasets/{id}"): Operation(
        summary="Withdraw a dataset: its rows are deleted, and counted before and after",
        scope="datasets:write",
        answers=dataset_shapes.WithdrawnShown,
        errors=NO_DATASET,
    ),
    ("get", "/api/v1/datasets/{id}/loads"): Operation(
        summary="A dataset's loads, newest first",
        scope="datasets:read",
        given=("limit", "before"),
        answers=dataset_shapes.LoadList,
        errors=BAD | NO_DATASET,
    ),
    ("post", "/api/v1/datasets/{id}/loads"): Operation(
        summary="Load a file that is sent, or what the contract's source has; or look what would come of a file",
        scope="datasets:write",
        asks=dataset_shapes.LoadBody,
        media=(JSON, BYTES, MULTIPART),
        given=("object", "dry_run"),
        answers=dataset_shapes.LoadLines,
        errors=BAD | NO_DATASET | {409: "A load of it runs already, or it was withdrawn.", 413: "The file is too large."},
    ),
}
