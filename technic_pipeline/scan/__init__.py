"""From one session's values to a ranked table: universe, components, scores, ranks."""

DEFAULT_SCAN = "swing"
