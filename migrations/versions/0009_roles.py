"""Three roles, and what each may do: roles/ of sql/, which is run after every step."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """No table changes."""
