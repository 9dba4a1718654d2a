"""Five hundred texts that try to act: on a terminal, in markup, in a spreadsheet, in a store."""

from __future__ import annotations

from itertools import product

from tests.widgets.hostile import ACTING, MARKUP

_CONTROLS = [f"SM{chr(code)}ITH" for code in (*range(0x20), *range(0x7F, 0xA0))]
_HIDDEN = [
    f"J{chr(code)}ones"
    for code in (
        0xAD, 0x34F, 0x61C, 0x115F, 0x17B4, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F),
        *range(0x2060, 0x2070), 0x3164, 0xD800, 0xDFFF, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
        *range(0xFFF9, 0xFFFE), 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0x1D173,
    )
]  # fmt: skip
_SCRIPTS = [
    "שרה כהן", "محمد علي", "東京 太郎", "ไทย ไทย", "हिन्दी नाम", "한국 이름", "Ελένη", "Ольга",
    "\U0001f469\u200d\u2695\ufe0f Nurse", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f Cymru", "\U0001f1ec\U0001f1e7" * 2, "\u2764\ufe0f",
    "a\u0301\u0327", "Å" * 60, "\uff26\uff55\uff4c\uff4c", "\ufdfa", "\U0001d50a\U0001d52c",
    "\u0e47" * 40,
]  # fmt: skip
_PROGRAMS = [
    "'; DROP TABLE patient; --", "{0} %s %n", "$(reboot)", "`id`", "../../etc/passwd", "=1+1",
    "@SUM",
    "+447700900123", "None", "null", "NaN", "-0", "1e999", "0x1F", "<script>", "&nbsp;", "\\x1b[2J",
    "%1b%5b2J", "\\u202e", "[/bold]", "[not closed", "[b]x[/i]", "[#ff0000 on #00ff00]red[/]", "[]",
    "[[x]]", "\\[x]", "[@click=app.quit]q[/]", "[link='x']", "O'Brien [Ann]", "", " ", "\t",
    "A" * 500,
    "two\nlines", "a|b", "^[[31m", "$ink-text", ":smile:", "{{7*7}}", "#!/bin/sh", "~", "\\",
    '"', "'",
]  # fmt: skip
_PARTS = (*ACTING, *MARKUP, *_SCRIPTS[:9])
_JOINED = [f"{one} {other}" for one, other in product(_PARTS, _PARTS) if one != other]

NAUGHTY: tuple[str, ...] = (
    *ACTING, *MARKUP, *_CONTROLS, *_HIDDEN, *_SCRIPTS, *_PROGRAMS, *_JOINED
)[:500]  # fmt: skip
"""Five hundred texts, made here, that must be shown and never act."""
