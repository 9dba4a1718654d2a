"""Practices beside one another: ``python -m tests.bench.practices [PRACTICES] [PATIENTS]``.

Makes so many invented practices in one Postgres (the server named by RECALL_TEST_POSTGRES, or an
embedded one) and plans them all by ``recall plan --practice …``: one after the other, then several
processes at once. A plan needs the rows of its practice only, so that nothing but cores limits how
many run. Prints seconds by the clock and of the processors.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from recall_tui.bootstrap import House
from recall_tui.frames import Extract
from recall_tui.importers.synthetic import generate
from recall_tui.settings import Settings
from tests.bench.steps import TODAY
from tests.support.postgres import fresh_database

AT_ONCE = (1, 2, 4)


def fill(database: str, folder: Path, number: int, patients: int) -> str:
    """Make one practice of so many patients, and return its code."""
    code = f"Z{number:05d}"
    files = folder / code
    generate(files, today=TODAY, patients=patients, seed=number)
    settings = Settings(data_folder=folder, database=database, practice=code, today=TODAY)
    house = House(settings, create=True)
    extract = house.importer.read(str(files), TODAY, None)
    assert isinstance(extract, Extract)
    report = house.store.merge_extract(
        replace(extract, practice_code=code),
        by="bench",
        at=house.clock.now(),
        accept=False,
        dry_run=False,
    )
    house.close()
    if not report.applied:
        message = f"practice {code} was not imported: {report.stopped}"
        raise RuntimeError(message)
    return code


def plan(database: str, code: str) -> float:
    """Plan a practice in a process of its own; return its processor seconds."""
    asked = ["--db", database, "--practice", code, "--today", TODAY.isoformat(), "plan"]
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "recall_tui", *asked], env=environment, stdout=subprocess.DEVNULL
    ) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"recall plan of {code} ended with {process.returncode}"
        raise RuntimeError(message)
    return usage.ru_utime + usage.ru_stime


def measure(database: str, codes: Sequence[str], at_once: int) -> str:
    """Plan all practices, so many at once, and return a row of the table."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        own = list(pool.map(plan, [database] * len(codes), codes))
    seconds = time.perf_counter() - begun
    each = sum(own) / len(codes)
    return f"| {at_once} | {seconds:.1f} s | {each:.2f} s | {len(codes) / seconds * 60:.0f} |"


def main() -> None:
    """Make the practices and plan them."""
    practices = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    patients = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    with tempfile.TemporaryDirectory(prefix="recall-practices-") as name, fresh_database() as url:
        folder = Path(name)
        codes = [fill(url, folder, number + 1, patients) for number in range(practices)]
        print(f"{practices} practices of {patients:,} patients in one Postgres")
        print("| processes at once | all planned in | processor time each | practices a minute |")
        print("|---|---|---|---|")
        for at_once in AT_ONCE:
            print(measure(url, codes, at_once), flush=True)


if __name__ == "__main__":
    main()
