"""A line to a Postgres server that can be frozen: nothing arrives any more, nothing is closed."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import URL

_PART = 65_536


class Line:
    """Forwards between a local port and a server until it is frozen."""

    def __init__(self, server: URL) -> None:
        """Listen on a free local port."""
        self._server = server
        self._flows = threading.Event()
        self._flows.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = server.set(
            host="127.0.0.1", port=self._door.getsockname()[1], query={}, username=server.username
        ).render_as_string(hide_password=False)
        threading.Thread(target=self._serve, daemon=True).start()

    def freeze(self) -> None:
        """Let nothing through any more, in either direction."""
        self._flows.clear()

    def thaw(self) -> None:
        """Let everything through again."""
        self._flows.set()

    def close(self) -> None:
        """Take no further callers."""
        self._flows.set()
        self._door.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _address = self._door.accept()
                threading.Thread(target=self._forward, args=(caller,), daemon=True).start()

    def _forward(self, caller: socket.socket) -> None:
        with caller, self._call() as callee, selectors.DefaultSelector() as chooser:
            chooser.register(caller, selectors.EVENT_READ, callee)
            chooser.register(callee, selectors.EVENT_READ, caller)
            with contextlib.suppress(OSError):
                while True:
                    for key, _mask in chooser.select():
                        source, sink = key.fileobj, key.data
                        assert isinstance(source, socket.socket)
                        part = source.recv(_PART)
                        self._flows.wait()
                        if not part:
                            return
                        sink.sendall(part)

    def _call(self) -> socket.socket:
        folder = self._server.query.get("host")
        if isinstance(folder, str):
            callee = socket.socket(socket.AF_UNIX)
            callee.connect(f"{folder}/.s.PGSQL.{self._server.port or 5432}")
            return callee
        return socket.create_connection((self._server.host, self._server.port or 5432))


@contextmanager
def line_to(server: URL) -> Generator[Line]:
    """Give a line to ``server``, closed afterwards."""
    line = Line(server)
    try:
        yield line
    finally:
        line.close()
