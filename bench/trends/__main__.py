"""``python -m bench.trends``: all benches of trend detection."""

from bench.trends import main

main()
