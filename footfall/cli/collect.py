"""``footfall collect``: a collector apart."""

from footfall.cli.listening import Host, Now, Port, refuse_taken_port
from footfall.cli.terminal import Home, Json, console, print_json, settings_of
from footfall.serve.apart import run_collector

__all__ = ["collect"]


def collect(*, port: Port = None, host: Host = None, home: Home = None, now: Now = None, json: Json = False) -> None:
    """Run a collector apart; `footfall up` on the same home loads what it takes."""
    settings = settings_of(home, port=port, host=host, now=now)
    refuse_taken_port(settings)

    def say(url: str) -> None:
        if json:
            print_json({"url": url})
        else:
            console.print(f"Collecting on {url} into {settings.home_path} (Ctrl-C stops it)")

    run_collector(settings, say)
