"""What the command does over years, over some evenings."""

from __future__ import annotations

from tests.endurance.enduring import endure


def test_after_some_evenings_with_faults_everything_is_as_the_sources_told() -> None:
    done: list[int] = []
    endured = endure(count=12, share=0.3, seed=5, told=done.append)
    assert done == list(range(1, 13))
    assert sum(endured.faults.values()) >= 3
    assert "hung" not in {ended for _, ended in endured.faults}
    # So early an interpreter still grows.
    lost = [finding for finding in endured.lost if not finding.what.startswith("memory")]
    assert lost == []
