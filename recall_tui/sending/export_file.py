"""The export file: a batch as CSV for a messaging service, written whole or not at all."""

import csv
import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from recall_tui.cleaning import safe_cell
from recall_tui.errors import BadInput, Refused


def write_export(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a CSV of mode 0600 and return its SHA-256; an existing file is never replaced.

    Raises:
        Refused: the file exists already.
        BadInput: it cannot be written there.
    """
    data = csv_bytes(columns, rows)
    write_new(path, data)
    return hashlib.sha256(data).hexdigest()


def write_new(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 whole or not at all; an existing file is never replaced.

    Raises:
        Refused: the file exists already.
        BadInput: it cannot be written there.
    """
    refuse_taken(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".recall-")
    except OSError as fault:
        raise BadInput.at(path, None, f"cannot be written: {fault.strerror}") from fault
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(temporary, path)
    except FileExistsError as fault:
        message = f"{path.name} exists already: choose another name"
        raise Refused(message) from fault
    except OSError as fault:
        raise BadInput.at(path, None, f"cannot be written: {fault.strerror}") from fault
    finally:
        Path(temporary).unlink(missing_ok=True)


def refuse_taken(path: Path) -> None:
    """Raise Refused where there is a file already."""
    if path.is_symlink() or path.exists():
        message = f"{path.name} exists already: choose another name"
        raise Refused(message)


def digest_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the SHA-256 that the file will have."""
    return hashlib.sha256(csv_bytes(columns, rows)).hexdigest()


def csv_bytes(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the CSV: UTF-8 with a byte-order mark, every cell safe in a spreadsheet."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")
