"""An evening moves every symbol's last session: room for that beside the row, no index to move."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("alter table symbols set (fillfactor = 45)")
    op.drop_index("pending_changes_symbol", "pending_changes")
