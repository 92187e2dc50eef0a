"""What the command does over years, over some evenings."""

from __future__ import annotations

from tests.endurance.enduring import endure

# With it connections are cut in the third evening, and the fifth is killed with its bars in hand.
SEED = 71


def test_after_some_evenings_with_faults_everything_is_as_the_sources_told() -> None:
    done: list[int] = []
    endured = endure(count=8, share=0.3, seed=SEED, told=done.append)
    assert done == list(range(1, 9))
    assert sum(endured.faults.values()) == 2
    assert "hung" not in {ended for _, ended in endured.faults}
    # So early an interpreter still grows.
    lost = [finding for finding in endured.lost if not finding.what.startswith("memory")]
    assert lost == []
