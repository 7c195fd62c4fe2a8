"""The city's other data: loaded under a contract, guarded, and reduced to aggregates before anything is stored."""
