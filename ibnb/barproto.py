"""Protobuf bars to numpy columns: fields gathered by offset, decimal texts read digit by digit for all rows at once.

Reads the one shape that gateways send: fields in number order, dates of one length, short lengths. Of anything else it
says so, and the row decoder reads it, slower and equal.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
DATE, NUMBERS, VOLUME, AVERAGE, COUNT = 0x0A, b"\x11\x19\x21\x29", 0x32, 0x3A, 0x40
MARKS = (2147483647.0, 9223372036854775807.0)  # texts that mean "no value", which the row decoder knows
MAX_DIGITS = 15  # so many digits, divided by a power of ten, give the nearest double
MAX_VARINT = 10  # bytes


class Read(NamedTuple):
    """The dates' letters, a row for each bar, and the seven number columns."""

    letters: Array
    values: list[Array]


def read(payload: bytes, tags: list[int], stop: int) -> Read | None:
    """Return the columns of bars whose tags stand at these offsets; None if they are of another shape.

    Args:
        payload: The bytes of the message.
        tags: Where the tag of each bar's submessage stands; its length follows.
        stop: The end of the last bar.
    """
    raw = np.frombuffer(payload, np.uint8, stop)
    at = np.array(tags, np.int64)
    ends = np.append(at[1:], stop)
    begins = at + 2
    if ends[0] - begins[0] < 2:  # no room for the tag and the length of a date
        return None
    width = int(raw[begins[0] + 1])
    head = 4 + width + 9 * len(NUMBERS)
    if width > 127 or (raw[at + 1] > 127).any() or (ends - begins < head + 2).any():  # volume's tag and length fit
        return None
    fixed = np.lib.stride_tricks.sliding_window_view(raw, head - 1)[begins]  # up to and with the volume's tag
    shape = fixed[:, [0, 1, *range(2 + width, head - 1, 9)]]
    if shape[0].tobytes() != bytes((DATE, width)) + NUMBERS + bytes((VOLUME,)) or not (shape == shape[0]).all():
        return None
    numbers = [
        np.ascontiguousarray(fixed[:, (start := 3 + width + 9 * k) : start + 8]).view("<f8").ravel()
        for k in range(len(NUMBERS))
    ]
    volume, place = _decimals(payload, raw, begins + head - 1, ends)
    if volume is None or (place >= ends).any() or (raw[place] != AVERAGE).any():
        return None
    average, place = _decimals(payload, raw, place + 1, ends)
    if average is None or (place >= ends).any() or (raw[place] != COUNT).any():
        return None
    count, place = _varints(raw, place + 1, ends)
    if count is None or (place != ends).any():
        return None
    return Read(fixed[:, 2 : 2 + width], [*numbers, volume, average, count])


def _decimals(payload: bytes, raw: Array, lengths_at: Array, ends: Array) -> tuple[Array | None, Array]:
    """Return the numbers of texts with their length before them, and what follows each; None for odd ones."""
    if (lengths_at >= ends).any():
        return None, ends
    lengths = raw[lengths_at].astype(np.int64)
    starts = lengths_at + 1
    after = starts + lengths
    if not lengths.all() or (lengths > 127).any() or (after > ends).any():
        return None, after
    negative = raw[starts] == ord("-")
    number = np.zeros(len(starts), np.int64)
    digits = np.zeros(len(starts), np.int64)
    decimals = np.zeros(len(starts), np.int64)
    is_odd = np.zeros(len(starts), bool)
    is_fraction = np.zeros(len(starts), bool)
    for k in range(min(int(lengths.max()), MAX_DIGITS + 2)):
        is_in = lengths > k
        letter = raw[np.where(is_in, starts + k, starts)]
        digit = letter - np.uint8(ord("0"))  # wraps below "0", so that one comparison tells
        is_digit = (digit < 10) & is_in
        is_dot = (letter == ord(".")) & is_in
        is_odd |= is_in & ~is_digit & ~(is_dot & ~is_fraction) & ~(negative & (k == 0))
        number = np.where(is_digit, number * 10 + digit, number)
        digits += is_digit
        decimals += is_digit & is_fraction
        is_fraction |= is_dot
    value = number / 10.0**decimals
    value[negative] *= -1.0
    for k in np.flatnonzero(is_odd | (digits == 0) | (digits > MAX_DIGITS) | (lengths > MAX_DIGITS + 2)).tolist():
        try:
            value[k] = float(payload[starts[k] : after[k]])
        except ValueError:
            return None, after
    return (None if np.isin(np.abs(value), MARKS).any() else value), after


def _varints(raw: Array, starts: Array, ends: Array) -> tuple[Array | None, Array]:
    """Return the signed whole numbers at these offsets, and what follows each; None if one does not end."""
    number = np.zeros(len(starts), np.int64)
    place = starts.copy()
    is_open = np.ones(len(starts), bool)
    for k in range(MAX_VARINT):
        if (place[is_open] >= ends[is_open]).any():
            return None, place
        byte = raw[np.where(is_open, place, 0)].astype(np.int64)
        number = np.where(is_open, number | (byte & 127) << 7 * k, number)
        place += is_open
        is_open &= byte > 127
        if not is_open.any():
            return number, place
    return None, place
