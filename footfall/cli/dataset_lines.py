"""How commands print datasets, loads and dry runs."""

from datetime import UTC, datetime
from typing import Any

from footfall.cli.terminal import console, print_table

__all__ = ["counted", "print_loaded", "print_outcome", "print_shown", "stamp"]

COUNTS = ("rows_in", "kept", "folded", "refused")
FACTS = ("purpose", "legal_basis", "owner", "licence", "limitations", "source", "schedule")


def counted(one: dict[str, Any], name: str) -> int | str:
    """A number of rows; a key that may not load is told tens, and none of fewer than 20."""
    return "<20" if one.get("rounded") and not one[name] else int(one[name])


def _text(count: int | str) -> str:
    return count if isinstance(count, str) else f"{count:,}"


def stamp(ms: int) -> str | None:
    """An instant in UTC, to the minute."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M") if ms else None


def print_loaded(found: dict[str, Any]) -> None:
    """What a load, or a dry run, came to."""
    if dry := found.get("dry_run"):
        said = "would be refused" if dry["state"] == "refused" else "would be loaded"
        console.print(f"Dry run: it {said}. Nothing was written.", markup=False)
        print_outcome(dry)
    for line in found.get("lines", ()):
        console.print(f"Load {line['number']}, {line['object']}: {line['state']}", markup=False, soft_wrap=True)
        print_outcome(line)
    if unchanged := found.get("unchanged"):
        console.print(f"{len(unchanged)} unchanged", markup=False)
    if vanished := found.get("vanished"):
        console.print(f"{len(vanished)} are read and at the source no more: {', '.join(vanished[:5])}", markup=False, soft_wrap=True)
    if not any(found.get(name) for name in ("dry_run", "lines", "unchanged")):
        console.print("There was nothing to load.", markup=False)


def print_outcome(one: dict[str, Any]) -> None:
    """Rows kept by rung, folded, and refused by reason with the numbers of the first."""
    if one.get("cleared"):
        console.print("  What was counted went with the data.", markup=False)
        return
    rows_in, kept, folded, refused = (_text(counted(one, name)) for name in COUNTS)
    console.print(f"  {rows_in} rows: {kept} kept in {one['cells']:,} cells, {folded} folded, {refused} refused", markup=False)
    for step in one["steps"]:
        together = "" if step["categories"] else ", categories together"
        rows = "" if one.get("rounded") and not step["rows"] else f", {step['rows']:,} rows"
        rung = f"{step['time']} × {step['place']}{together}"
        console.print(f"    {rung}: {step['cells']:,} cells{rows}", markup=False)
    for summed in one["summed"]:
        if summed["rows"] != one["kept"]:
            console.print(f"    {summed['measure']}: told of {summed['rows']:,} rows, since few share in the others", markup=False)
    for refusal in one["refusals"]:
        first = f" (first: {', '.join(map(str, refusal['first']))})" if refusal["first"] else ""
        console.print(f"    {refusal['reason']}: {refusal['rows']:,} rows{first}", markup=False)
    if one["said"]:
        console.print(f"  {one['said']}", markup=False, soft_wrap=True)


def print_shown(found: dict[str, Any]) -> None:
    """A dataset with its contract and last loads."""
    console.print(f"{found['name']} ({found['id']} {found['version']}), module {found['module']}: {found['state']}", markup=False)
    for name in FACTS:
        if found[name]:
            console.print(f"{name.replace('_', ' ')}: {found[name]}", markup=False, soft_wrap=True)
    if found["late_since_ms"]:
        console.print(f"late since {stamp(found['late_since_ms'])} UTC", markup=False)
    if found["next_ms"]:
        console.print(f"next load: {stamp(found['next_ms'])} UTC", markup=False)
    console.print(f"ladder: {'; '.join(found['ladder'])}; cells of {found['min_cohort']} or more", markup=False, soft_wrap=True)
    console.print(f"measures: {', '.join(found['measures'])}; never read: {', '.join(found['dropped']) or 'no column'}", markup=False)
    span = f", from {found['first'][:10]} to {found['last'][:10]}" if found["first"] else ""
    console.print(f"in the store: {found['stored_rows']:,} rows{span}; kept for {found['retention_days']:,} days", markup=False)
    columns = ("load", "began (UTC)", "object", "state", "rows", "kept", "folded", "refused")
    rows = [
        (line["number"], stamp(line["started_ms"]), line["object"], line["state"], *(counted(line, name) for name in COUNTS))
        for line in found["loads"]
    ]
    print_table(columns, rows, empty="Nothing was loaded yet.")
