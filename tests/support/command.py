"""The command line in this process: a second less than a process of its own. What needs a signal or a pipe starts one all the same."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from footfall.cli.commands import run

__all__ = ["run_here"]


def run_here(environ: Mapping[str, str], *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """``footfall`` with those arguments, under that environment alone, ``given`` on its standard input."""
    out, err, read = io.StringIO(), io.StringIO(), io.TextIOWrapper(io.BytesIO(given.encode()))
    with patch.dict(os.environ, environ, clear=True), patch.object(sys, "stdin", read), redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
