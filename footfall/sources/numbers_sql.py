"""Numbers and money as SQL: signs, currencies and thousands are taken off where they stand as they should, and nowhere else."""

from footfall.sources.contract import Column

__all__ = ["number_sql"]

CURRENCY = r"\p{Sc}|[A-Z]{3}|руб\.?|р\."
BLANKS = r" '’\x{a0}\x{202f}"
THOUSANDS = {".": rf"[{BLANKS},]", ",": rf"[{BLANKS}.]"}
DECIMAL = {".": r"\.", ",": ","}
SIGNS = {"as is": "{}", "negated": "negate({})", "absolute": "abs({})"}


def number_sql(column: Column, text: str) -> str:
    """SQL of its value, from that of its text: Nullable(Int64) of integers, Nullable(Float64) of all others; NULL if it cannot be read.

    A comma between thousands must have three digits after it: "12,50" is no number where the point is the decimal sign.
    """
    if column.kind == "integer":
        plain = f"toInt64OrNull({text})"
    elif column.kind == "number" and column.decimal == ".":
        plain = _finite(text)
    else:
        plain = f"if(match({text}, {_literal(_form(column))}), {_finite(_bare(column, text))}, NULL)"
    return SIGNS[column.sign].format(plain)


def _finite(text: str) -> str:
    """TRICKY: 'nan' and 'inf' are numbers to the engine."""
    return f"if(isFinite(toFloat64OrNull({text})), toFloat64OrNull({text}), NULL)"


def _form(column: Column) -> str:
    number = rf"\d{{1,3}}({THOUSANDS[column.decimal]}?\d{{3}})*({DECIMAL[column.decimal]}\d+)?"
    if column.kind == "money":
        return rf"^[-−+]?[{BLANKS}]?(({CURRENCY})[{BLANKS}]?)?[-−+]?{number}([{BLANKS}]?({CURRENCY}))?$"
    return rf"^[-−+]?{number}$"


def _bare(column: Column, text: str) -> str:
    """Digits, a sign and a point."""
    marks = rf"{CURRENCY}|{THOUSANDS[column.decimal]}" if column.kind == "money" else THOUSANDS[column.decimal]
    bare = f"replaceAll(replaceRegexpAll({text}, {_literal(marks)}, ''), '−', '-')"
    return f"replaceOne({bare}, ',', '.')" if column.decimal == "," else bare


def _literal(pattern: str) -> str:
    return "'" + pattern.replace("\\", "\\\\").replace("'", "\\'") + "'"
