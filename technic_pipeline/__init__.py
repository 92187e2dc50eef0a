"""A nightly scan of a whole stock market: bars in, a ranked table out."""
