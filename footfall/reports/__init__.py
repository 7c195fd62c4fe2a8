"""Questions to the stats API: parsed, composed into SQL, run, and compared."""
