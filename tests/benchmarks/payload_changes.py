"""Payloads as a vendor sends them again: the same rows, some with other volumes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from technic_pipeline.sources import SessionBars


def with_other_volumes(payload: SessionBars, symbols: int) -> SessionBars:
    """The payload with the volumes of so many of its symbols revised, spread over all of them."""
    revised = np.linspace(0, len(payload) - 1, symbols).astype(np.int64)
    volume = payload.volume.copy()
    volume[revised] += 100.0
    return replace(payload, volume=volume, payload_sha256="revised")
