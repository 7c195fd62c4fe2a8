"""From a request to a journal line: decode, refuse, enrich, forget. Knows no store; it is handed a journal."""
