"""A reply's bytes as a typed value, once, at the edge."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from technic_pipeline.errors import ChangedReply, VendorUnavailable

Shape = TypeVar("Shape")
TOO_DEEP = "its values are nested more deeply than can be read"


def decode(endpoint: str, payload: bytes, shape: type[Shape]) -> Shape:
    """The payload as a value of a shape.

    Raises:
        ChangedReply: it is JSON of another shape; names the place in it.
        VendorUnavailable: it is no whole JSON, so that asking again may help.
    """
    try:
        return msgspec.json.decode(payload, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_leniently(endpoint, payload, shape)
    except RecursionError:
        raise ChangedReply(endpoint, TOO_DEEP) from None


def _decode_leniently(endpoint: str, payload: bytes, shape: type[Shape]) -> Shape:
    """What strict JSON forbids and vendors have sent within single rows.

    That is NaN and Infinity, numbers out of range, control characters, bytes that are no UTF-8.
    """
    text = payload.decode("utf-8", errors="surrogateescape")
    try:
        value = _printable(json.loads(text, strict=False, parse_int=float))
    except RecursionError:
        raise ChangedReply(endpoint, TOO_DEEP) from None
    except ValueError as error:
        problem = f"a reply that breaks off or is no JSON ({error})"
        raise VendorUnavailable(endpoint, problem) from None
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise ChangedReply(endpoint, str(error)) from None


def _printable(value: Any) -> Any:
    """The value with whatever UTF-8 cannot hold in its texts written out, as in `\\xff`."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, dict):
        return {_printable(name): _printable(item) for name, item in value.items()}
    return value
