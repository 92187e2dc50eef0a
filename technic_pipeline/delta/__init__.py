"""What changed, for whom, from which session; and the indicators brought up to it."""

from technic_pipeline.delta.following import DeltaReport, follow_changes

__all__ = ["DeltaReport", "follow_changes"]
