"""Write the generated pages of docs/ anew: ``python -m tests.printing`` (``make docs``)."""

import sys

from tests.printing.all_pages import ROOT, all_pages


def main() -> int:
    """Write every page whose text changed, and name it."""
    for path, text in all_pages().items():
        page = ROOT / path
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
            sys.stdout.write(f"docs        {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
