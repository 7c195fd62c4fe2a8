"""Writes the tables of docs/privacy-gate.md from the label: noise by mart, and what it costs by opendp's conversion."""

from pathlib import Path

from footfall.serve.label import Label, ReleaseLabel, label

PAGE = Path(__file__).parent.parent / "docs" / "privacy-gate.md"
BEGIN, END = "<!-- made by `make docs` -->\n", "<!-- end -->\n"


def marts_table(releases: tuple[ReleaseLabel, ...]) -> str:
    """A row a mart, with the σ and τ of each release."""
    heads = " | ".join(f"σ, {one.release} | τ, {one.release} | secret keys" for one in releases)
    rows = [f"| mart | keys | share, % | L0 | {heads} |", "|---|---|--:|--:|" + "--:|--:|--:|" * len(releases)]
    for marts in zip(*(one.marts for one in releases), strict=True):
        first = marts[0]
        noise = " | ".join(f"{mart.sigma:.1f} | {mart.threshold} | {mart.secret_threshold or '–'}" for mart in marts)
        name = f"{first.mart}, a week" if first.grain == "week" else first.mart
        rows.append(f"| {name} | {', '.join(first.keys) or '–'} | {first.share} | {first.cells} | {noise} |")
    return "\n".join(rows) + "\n"


def costs_table(found: Label) -> str:
    """A row a cost: ρ, ε at δ, and the best guess."""
    rows = [f"| what is seen of one visitor | ρ | ε at δ {found.delta:g} | best guess whether they were there (AUC) |", "|---|--:|--:|--:|"]
    rows += [f"| {cost.of} | {cost.rho:.3f} | {cost.epsilon:.2f} | {cost.auc:.3f} |" for cost in found.costs]
    return "\n".join(rows) + "\n"


def gate_page(text: str) -> str:
    """The page with its tables made again."""
    found = label()
    for table in (costs_table(found), marts_table(found.releases)):
        before, _, rest = text.partition(BEGIN)
        text = before + "\0" + table + rest[rest.index(END) :].replace(END, "\1", 1)
    return text.replace("\0", BEGIN).replace("\1", END)


if __name__ == "__main__":
    PAGE.write_text(gate_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
