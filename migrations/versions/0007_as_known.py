"""What was published by a moment: scan_as_known of sql/, which is made anew after every step."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """No table changes."""
