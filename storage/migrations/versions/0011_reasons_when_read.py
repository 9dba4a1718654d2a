"""Reasons of due items are kept as evidence, which an older program cannot read.

Nothing has to change on the way up: reasons that are a list already are read as they are. The
number keeps an older program away, whose page of a patient would fail.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leave what is there; the next plan writes evidence."""


def downgrade() -> None:
    """Leave no evidence: an older program plans everybody anew and writes its reasons then."""
    op.execute("UPDATE due_item SET reasons = '[]' WHERE substr(reasons, 1, 1) <> '['")
