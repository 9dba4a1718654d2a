"""Dispatch only: what is about one patient number goes to the quick path, the rest elsewhere.

``recall_tui.quick.main(argv)`` and ``recall_tui.cli.main(argv)`` take the arguments without the
program's name and return the exit code (quick: None when only the command line can answer).
A ``RecallError`` becomes its one line and its exit code.
Nothing but ``sys`` is loaded here, so that each path pays only for what it needs.
"""

import sys

_QUICK = ("lookup", "explain")
_WITH_VALUE = ("--db", "--practice", "--today")
_OBJECTS_MADE = 50_000
"""After so many a command looks for garbage."""


def main() -> int:
    """Run the command that the process was started with and return its exit code."""
    return run(sys.argv[1:])


def run(argv: list[str]) -> int:
    """Run ``argv`` (without the program's name) and return the exit code."""
    _speak_utf8()
    trouble = _settle_in(quick=_is_quick(argv))
    if trouble:
        return _tell(trouble, 4)
    from recall_tui.errors import RecallError

    try:
        return _dispatch(argv)
    except RecallError as error:
        return _tell(error.words, error.exit_code)
    except KeyboardInterrupt:
        return _tell("stopped; what was not finished was not saved", 130)
    except BrokenPipeError:
        return _reader_gone()


def _dispatch(argv: list[str]) -> int:
    """Load the path that ``argv`` asks for and no other, and return its exit code."""
    if _is_quick(argv):
        from recall_tui import quick

        answered = quick.main(argv)
        if answered is not None:
            return answered
        # The command line knows how to ask, and how to complain.
        argv = argv if first_word(argv) in _QUICK else ["lookup", *argv]
        _guard(threads=True)
    _prepare_terminal()
    wanted = screen_wanted(argv)
    if wanted is not None:
        from recall_tui.loading import load_less

        load_less()
        # Without click, which takes as long to load as the list to read.
        from recall_tui.cli.opening import open_as_typed

        open_as_typed(wanted)
        return 0
    import gc

    from recall_tui import cli

    # What is loaded does not become garbage: looking for some takes a twentieth of planning.
    gc.set_threshold(_OBJECTS_MADE)
    return cli.main(argv)


def _is_quick(argv: list[str]) -> bool:
    """Whether the first word is a patient number or one of ``_QUICK``, and no help is asked for.

    A patient number has a digit in it; no command has.
    """
    if "--help" in argv:
        return False
    word = first_word(argv)
    return word in _QUICK or any(mark in "0123456789" for mark in word)


def first_word(argv: list[str]) -> str:
    """Return the first argument that is neither an option nor an option's value, else ``""``."""
    value_follows = False
    for argument in argv:
        if value_follows:
            value_follows = False
        elif argument in _WITH_VALUE:
            value_follows = True
        elif not argument.startswith("-"):
            return argument
    return ""


def screen_wanted(argv: list[str]) -> "dict[str, str] | None":
    """Return the options of a line that asks for the screen, a flag with an empty value.

    None: the line asks for something else, or holds what only the command line understands.
    """
    options: dict[str, str] = {}
    rest = iter(argv)
    for argument in rest:
        name, has_value, value = argument.partition("=")
        if argument == "--simple":
            options[argument] = ""
        elif name in _WITH_VALUE:
            found = value if has_value else next(rest, None)
            if found is None:
                return None
            options[name] = found
        else:
            return None
    return options


def _settle_in(*, quick: bool) -> str | None:
    """Check that our packages are ours and leave no traces; return what is wrong, if anything."""
    from recall_tui.house import check_house

    trouble = check_house()
    if trouble:
        return trouble
    no_core_dumps()
    if quick:
        _guard_when_needed()
    else:
        _guard(threads=True)
    return None


def no_core_dumps() -> None:
    """Forbid this process and its children to leave their memory, patients and all, on the disk."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _guard_when_needed() -> None:
    """Guard as below, but load what that takes only when there is a fault."""

    def tell(kind: type[BaseException], error: BaseException, trace: object) -> None:
        del trace
        _guard(threads=False)
        sys.excepthook(kind, error, None)

    def tell_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
        _guard(threads=False)
        sys.unraisablehook(unraisable)

    sys.excepthook, sys.unraisablehook = tell, tell_unraisable


def _guard(*, threads: bool) -> None:
    """From now on tell a fault by its id, and log where it came from."""
    from datetime import UTC, datetime

    from recall_tui import logbook
    from recall_tui.settings import LOG_NAME, make_private_folder, user_data_folder

    def open_logbook() -> logbook.Logbook:
        folder = make_private_folder(user_data_folder())
        return logbook.Logbook(folder / LOG_NAME, lambda: datetime.now(UTC))

    logbook.guard(open_logbook, threads=threads)


def _speak_utf8() -> None:
    """Read and write UTF-8 whatever the locale says; nothing typed can break the reading."""
    import io

    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "replace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _prepare_terminal() -> None:
    """Decide what Textual reads from the environment when it is imported.

    Over SSH the bytes of one key may arrive apart: wait 300 ms before Escape means Escape. Its
    developer's switches (screenshots, remote console) are not for a practice.
    """
    import os

    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    if os.environ.get("SSH_CONNECTION"):
        os.environ.setdefault("ESCDELAY", "300")


def _tell(words: str, exit_code: int) -> int:
    sys.stderr.write(f"recall: {words}\n")
    return exit_code


def _reader_gone() -> int:
    """End quietly when the reader of a pipe went away, with the shell's own code for it."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


if __name__ == "__main__":
    sys.exit(main())
