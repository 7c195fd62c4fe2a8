"""The command ``footfall``: one module a family of commands. Exit codes: 0 done, 1 failed, 2 not understood."""

import sys

from cyclopts import App, CycloptsError

from footfall import __version__
from footfall.cli.asking import ask, imports
from footfall.cli.common import print_json
from footfall.cli.demonstration import demo
from footfall.cli.doctor import doctor
from footfall.cli.portals import goals, keys, portals
from footfall.cli.servers import collect, migrate, up
from footfall.errors import FootfallError

__all__ = ["app", "main"]

app = App(name="footfall", version=__version__, help="A city's digital services, understood without knowing who anyone is.")
for command in (up, collect, demo, migrate, doctor, ask):
    app.command(command)
for family in (portals, goals, keys, imports):
    app.command(family)
app.register_install_completion_command()


def main() -> None:
    """Run the command line; a failure is one sentence on stderr (one JSON object with --json)."""
    arguments = sys.argv[1:]
    try:
        app(arguments, exit_on_error=False)
    except CycloptsError:
        raise SystemExit(2) from None
    except FootfallError as error:
        if "--json" in arguments:
            print_json(error.as_json())
        else:
            sys.stderr.write(f"footfall: {error}\n")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
