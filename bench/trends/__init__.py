"""How well trends are told, on public data: ``python -m bench.trends.NAME`` runs one part."""
