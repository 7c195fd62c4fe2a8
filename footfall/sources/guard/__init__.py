"""The guard: refuses direct identifiers wherever they hide in a column, by validators, shapes, names of columns and cardinality.

``look`` is its verdict on different values, ``candidates_sql`` asks every row which of them could matter, ``check_pieces`` does both for a
file without a contract. It refuses and never cleans, and nothing it says holds a value.
"""

from footfall.sources.guard.candidates import candidates_sql
from footfall.sources.guard.checking import ColumnSeen, check_pieces, refuse_findings
from footfall.sources.guard.headers import look_at_header
from footfall.sources.guard.looking import KIND_NAMES, Finding, Look, is_nearly_key, look

__all__ = [
    "KIND_NAMES",
    "ColumnSeen",
    "Finding",
    "Look",
    "candidates_sql",
    "check_pieces",
    "is_nearly_key",
    "look",
    "look_at_header",
    "refuse_findings",
]
