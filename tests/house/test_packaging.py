"""What is delivered: one wheel, four packages, pinned and hashed dependencies, no address."""

import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from recall_tui.house import DISTRIBUTION, PACKAGES, check_house, shared_names
from tests.house.tree import ROOT

_LOCKS = ("base", "build", "dev")
_ADDRESS = re.compile(r"https?://|--index-url|--extra-index-url|--find-links|--trusted-host")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return our wheel, built from the files as they lie here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own Python
    (built,) = folder.glob("*.whl")
    return built


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_exactly_our_four_packages(wheel: Path) -> None:
    """Nothing but the four packages lands beside other people's in site-packages."""
    top = {name.partition("/")[0] for name in _names(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_ships_every_file_of_the_packages(wheel: Path) -> None:
    """Rules, code lists, styles and migrations travel with the code."""
    listed = subprocess.run(  # noqa: S603 - the names of our packages
        ["git", "ls-files", "--", *PACKAGES],  # noqa: S607 - the developer's own git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    missing = {name for name in listed if name and (ROOT / name).exists()} - set(_names(wheel))
    assert not missing


def test_the_wheel_installs_the_command(wheel: Path) -> None:
    """Installed, ``recall`` starts ``recall_tui.__main__.main``."""
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "recall = recall_tui.__main__:main" in archive.read(entry).decode()


def test_the_wheel_asks_for_what_is_locked(wheel: Path) -> None:
    """What the wheel depends on is requirements/base.in, line by line."""
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        needs = Parser().parsestr(archive.read(entry).decode()).get_all("Requires-Dist")
    lines = (ROOT / "requirements/base.in").read_text(encoding="utf-8").splitlines()
    assert needs is not None
    extras = [one for one in needs if "extra ==" in one]
    assert extras == [
        "pyrage==1.4.0; extra == 'encrypted'",
        "sqlcipher3==0.6.4; extra == 'encrypted'",
        "keyring==25.7.0; extra == 'keyring'",
    ]
    needs = [one for one in needs if one not in extras]
    assert sorted(needs) == sorted(line for line in lines if line and not line.startswith("#"))


def test_an_installed_wheel_owns_its_plain_names(wheel: Path, tmp_path: Path) -> None:
    """Installed on its own, each of our four names belongs to recall-tui and to nobody else."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    script = (
        "import sys; sys.path = [sys.argv[1], *[p for p in sys.path if 'site-packages' not in p]]\n"
        "from importlib.metadata import packages_distributions as owners\n"
        "print({n: owners().get(n) for n in sys.argv[2:]})"
    )
    command = [sys.executable, "-I", "-c", script, str(tmp_path), *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == str({name: [DISTRIBUTION] for name in PACKAGES})


@pytest.mark.parametrize("name", _LOCKS)
def test_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    """A lock states one exact version and at least one hash for each package."""
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert entries
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,]+\])?==\S+ ", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


@pytest.mark.parametrize("package", ["psycopg-binary", "polars-runtime-32", "pysqlite3"])
def test_the_drivers_are_locked_for_every_platform(package: str) -> None:
    """What is compiled has hashes for many platforms, not for the one that made the lock."""
    text = (ROOT / "requirements/base.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    (entry,) = [line for line in text.splitlines() if line.startswith(f"{package}==")]
    assert entry.count("--hash=sha256:") >= 5


@pytest.mark.parametrize("name", _LOCKS)
def test_no_address_of_an_index_is_written_down(name: str) -> None:
    """Where packages come from is the installation's own business."""
    for ending in ("in", "txt"):
        text = (ROOT / f"requirements/{name}.{ending}").read_text(encoding="utf-8")
        assert not _ADDRESS.search(text)


def test_base_and_dev_agree() -> None:
    """What the tests run with is what the program is shipped with."""
    pins = {
        name: dict(
            re.findall(
                r"^([a-z0-9._-]+)==(\S+)",
                (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        )
        for name in _LOCKS
    }
    for name in ("base", "build"):
        assert pins[name].items() <= pins["dev"].items()


def test_the_command_is_declared_once() -> None:
    """pyproject.toml names one command, ``recall``, and every one of our packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert list(project["project"]["scripts"]) == ["recall"]
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)


def test_the_house_is_ours_here() -> None:
    """Where the tests run, Python finds our four packages beside each other."""
    assert check_house() is None


def test_a_stray_package_is_named(tmp_path: Path) -> None:
    """A folder ``storage`` in front of ours is told with its place, before anything breaks."""
    stray = tmp_path / "storage"
    stray.mkdir()
    (stray / "__init__.py").touch()
    words = check_house([str(tmp_path), str(ROOT)])
    assert words is not None
    assert words.startswith(f"'storage' was found at {stray}, not beside recall_tui in {ROOT}")


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    """A package that is nowhere is told with the advice to install again."""
    words = check_house([str(tmp_path)])
    assert words is not None
    assert "'recall_tui' was not found" in words


def test_a_package_installed_over_ours_is_named() -> None:
    """Two distributions with one name between them are told, since pip does not."""
    owners = {"storage": ["recall-tui", "other-dist"], "widgets": ["recall-tui"], "os": ["x"]}
    assert shared_names(owners) == ("storage: other-dist, recall-tui",)
