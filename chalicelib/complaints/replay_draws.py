"""Choices that look like chance and never change: digests of a seed, not a generator that may differ by Python."""

import bisect
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


def draw(seed: str, below: int) -> int:
    """A whole number from 0 up to `below`, always the same for a seed."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8], "big") % below


def weighted(seed: str, weights: Iterable[int]) -> int:
    """An index, drawn by weight."""
    sums = list(accumulate(weights))
    return bisect.bisect_right(sums, draw(seed, sums[-1]))


def deal(seed: str, numbers: Mapping[T, int]) -> list[T]:
    """Each thing exactly as often as said, in an order that looks shuffled."""
    things = [thing for thing, times in numbers.items() for _ in range(times)]
    order = sorted(range(len(things)), key=lambda number: sha256(f"{seed}/{number}".encode()).digest())
    return [things[number] for number in order]
