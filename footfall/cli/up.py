"""``footfall up``: everything on one port."""

from footfall.cli.backend import find_server
from footfall.cli.listening import Host, Now, Port, refuse_taken_port
from footfall.cli.terminal import Home, Json, console, print_json, settings_of
from footfall.errors import Conflict
from footfall.serve.up import run_app

__all__ = ["up"]


def up(*, port: Port = None, host: Host = None, home: Home = None, now: Now = None, json: Json = False) -> None:
    """Run everything on one port: collector, API and loader, until SIGTERM or Ctrl-C."""
    settings = settings_of(home, port=port, host=host, now=now)
    server = find_server(settings.home_path)
    if server:
        raise Conflict(f"A server of this home runs already at {server.url} (process {server.pid}).")
    refuse_taken_port(settings)

    def say(url: str) -> None:
        if json:
            print_json({"url": url})
        else:
            console.print(f"Footfall is up at {url} (Ctrl-C stops it)")
            if settings.policy == "exact":
                console.print("Policy exact: answers withhold nothing. It is for tests and a single developer.")

    run_app(settings, say)
