"""A terminal held by tmux: keys in, screens out."""

import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0
QUIET = 0.5
TMUX = shutil.which("tmux") or "/usr/bin/tmux"


class Terminal:
    """One tmux session of 120 by 40; ``keys`` counts the key presses."""

    def __init__(
        self, name: str, environ: dict[str, str], size: tuple[int, int] = (120, 40)
    ) -> None:
        """Open it with ``recall`` running in it."""
        self.name = name
        self.keys = 0
        settings = " ".join(f"{key}={shlex.quote(value)}" for key, value in environ.items())
        command = f"cd {shlex.quote(str(ROOT))}; {settings} {sys.executable} -m recall_tui"
        width, height = map(str, size)
        self._tmux("new-session", "-d", "-s", name, "-x", width, "-y", height, command)

    def press(self, *keys: str) -> None:
        """Press keys by their tmux names."""
        for key in keys:
            self._tmux("send-keys", "-t", self.name, key)
            self.keys += 1

    def type(self, text: str) -> None:
        """Type text, one key a character."""
        for letter in text:
            self._tmux("send-keys", "-t", self.name, "-l", letter)
            self.keys += 1

    def screen(self) -> str:
        """Return what is on the screen."""
        lines = self._tmux("capture-pane", "-t", self.name, "-p").splitlines()
        return "\n".join(line.rstrip() for line in lines).rstrip()

    def until(self, words: str, *, gone: bool = False) -> str:
        """Return the screen once it shows ``words`` (or no longer does)."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            shown = self.screen()
            if (words in shown) is not gone:
                return shown
            time.sleep(0.1)
        message = f"{words!r} {'stayed' if gone else 'never came'}:\n{self.screen()}"
        raise RuntimeError(message)

    def find(self, pattern: str) -> str:
        """Return what the first group of ``pattern`` stands for, once the screen shows it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := re.search(pattern, self.screen()):
                return str(found[1])
            time.sleep(0.1)
        message = f"{pattern!r} never came:\n{self.screen()}"
        raise RuntimeError(message)

    def settle(self) -> str:
        """Return the screen once it has not changed for half a second."""
        shown = self.screen()
        since = time.monotonic()
        while time.monotonic() - since < QUIET:
            time.sleep(0.05)
            now = self.screen()
            if now != shown:
                shown, since = now, time.monotonic()
        return shown

    def close(self) -> None:
        """End it."""
        subprocess.run(  # noqa: S603 - tmux with our own words
            [TMUX, "kill-session", "-t", self.name],
            check=False,
            capture_output=True,
        )

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603 - tmux with our own words
            [TMUX, *words],
            check=True,
            capture_output=True,
        )
        return done.stdout.decode()
