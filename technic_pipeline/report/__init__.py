"""One self-contained page a session: what a browser shows of its published tables."""
