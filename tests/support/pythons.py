"""What differs between the Pythons that the program runs on."""

import sys
from typing import Final

MODULES_MORE: Final = 12 if sys.version_info >= (3, 14) else 0
"""So many small modules more Python 3.14 loads of its own, beside what is counted with 3.11."""
