"""What is computed for every bar: one small file a family, one registry.

Nothing here knows where bars come from or where values go. See `indicator.py` for the form of a
kernel and `registry.py` for the list.
"""
