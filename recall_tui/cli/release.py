"""Which release of recall-tui this is."""

DISTRIBUTION = "recall-tui"


def release() -> str:
    """Return the installed version, or say that the program runs from its source folder."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "not installed, run from its source folder"
