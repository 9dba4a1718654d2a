"""Find who lives at an address."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_patient_practice_id_postcode", "patient", ["practice_id", "postcode"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_patient_practice_id_postcode", "patient")
