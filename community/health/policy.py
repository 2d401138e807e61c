"""A score policy: the immutable, hashed document with every number of the behavior axis."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from typing import Any, Self

MEMBER_CAP = 20.0
"""The most that one person can contribute: five people who took part outweigh one enthusiast."""

SCALES = {"high": 60.0, "mid": 30.0, "digital": 12.0}
"""Breadth at which an account of the segment reaches 63 points, until there is enough history to choose it from."""

GOOD_FROM = 60.0
WATCH_FROM = 30.0
"""Bands: 60 and more is good, 30 and more is to be watched, less is in danger (the account page's guide line)."""

AXIS_WEIGHTS = {"utilization": 1.0, "behavior": 1.0, "penetration": 1.0}
"""The health score starts as the plain mean of the three axes."""

SCALE_NEEDS_ACCOUNTS = 20
"""With fewer accounts, their median is not representative."""

SCALE_FLOOR_SHARE = 0.5
"""A chosen scale is at least half the default, so that a quiet community does not make single acts count too much."""


class PolicyError(ValueError):
    """The document is not a policy; the message says which entry is wrong."""


@dataclass(frozen=True)
class KindTerms:
    """What one kind of act is worth: weight in points, half-life in days, objects that count in a day."""

    weight: float
    half_life: float
    daily_maximum: int


FIRST_KINDS = {
    "story_published": KindTerms(40, 180, 1),
    "meetup_organised": KindTerms(40, 180, 1),
    "talk_given": KindTerms(30, 180, 1),
    "reference_done": KindTerms(30, 180, 1),
    "answer_accepted": KindTerms(10, 90, 3),
    "meetup_attended": KindTerms(10, 90, 1),
    "seminar_attended": KindTerms(8, 90, 2),
    "story_submitted": KindTerms(5, 90, 1),
    "award_entered": KindTerms(5, 90, 1),
    "topic_opened": KindTerms(3, 60, 3),
    "reply_posted": KindTerms(3, 60, 5),
    "support_asked": KindTerms(2, 30, 1),
    "registered_not_come": KindTerms(1, 90, 2),
    "mail_clicked": KindTerms(1, 14, 1),
    "ballot_cast": KindTerms(1, 30, 1),
    "reaction_received": KindTerms(0.5, 30, 5),
}
"""Policy version 1: the starting table of the score's design; a kind that is not listed is worth nothing."""


@dataclass(frozen=True)
class PolicyTerms:
    """The terms of one policy version, as sorted tuples: equal terms are equal, hashable and give the same document."""

    kinds: tuple[tuple[str, KindTerms], ...]
    member_cap: float
    scales: tuple[tuple[str, float], ...]
    good_from: float
    watch_from: float
    axis_weights: tuple[tuple[str, float], ...]

    @classmethod
    def of(
        cls,
        kinds: Mapping[str, KindTerms],
        scales: Mapping[str, float],
        *,
        member_cap: float = MEMBER_CAP,
        bands: tuple[float, float] = (GOOD_FROM, WATCH_FROM),
        axis_weights: Mapping[str, float] = AXIS_WEIGHTS,
    ) -> Self:
        """Return terms with every number in its stored type. Raises PolicyError for a number that cannot score."""
        terms = cls(
            kinds=tuple(
                sorted(
                    (str(kind), KindTerms(float(k.weight), float(k.half_life), int(k.daily_maximum)))
                    for kind, k in kinds.items()
                )
            ),
            member_cap=float(member_cap),
            scales=tuple(sorted((str(segment), float(scale)) for segment, scale in scales.items())),
            good_from=float(bands[0]),
            watch_from=float(bands[1]),
            axis_weights=tuple(sorted((str(axis), float(weight)) for axis, weight in axis_weights.items())),
        )
        _check(terms)
        return terms

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the terms of a stored document. Raises PolicyError if an entry is missing or invalid."""
        try:
            return cls.of(
                {
                    kind: KindTerms(entry["weight"], entry["half_life"], entry["daily_maximum"])
                    for kind, entry in document["kinds"].items()
                },
                document["scales"],
                member_cap=document["member_cap"],
                bands=(document["bands"]["good"], document["bands"]["watch"]),
                axis_weights=document["axis_weights"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            message = f"not a policy document: {error!r}"
            raise PolicyError(message) from error

    def to_document(self) -> dict[str, Any]:
        """Return the JSON object that is stored, hashed, compared and read by people."""
        return {
            "kinds": {
                kind: {"weight": k.weight, "half_life": k.half_life, "daily_maximum": k.daily_maximum}
                for kind, k in self.kinds
            },
            "member_cap": self.member_cap,
            "scales": dict(self.scales),
            "bands": {"good": self.good_from, "watch": self.watch_from},
            "axis_weights": dict(self.axis_weights),
        }

    @cached_property
    def canonical(self) -> str:
        """The document as the text that is hashed: sorted keys, no spaces, shortest floats."""
        return json.dumps(self.to_document(), sort_keys=True, separators=(",", ":"), allow_nan=False)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of these terms, in hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @cached_property
    def by_kind(self) -> dict[str, KindTerms]:
        """The kinds that are worth anything."""
        return {kind: k for kind, k in self.kinds if k.weight > 0}

    def with_scales(self, scales: Mapping[str, float]) -> Self:
        """Return the same terms with other scales, as they are fixed when a policy is published."""
        return replace(self, scales=tuple(sorted((segment, float(scale)) for segment, scale in scales.items())))

    def scale_of(self, segment: str) -> float:
        """Return the scale κ of a segment. Raises PolicyError for a segment that the policy does not know."""
        for name, scale in self.scales:
            if name == segment:
                return scale
        message = f"no scale for segment {segment!r}"
        raise PolicyError(message)


def _check(terms: PolicyTerms) -> None:
    """Raise PolicyError for numbers with which a score would be undefined, infinite or inverted."""
    numbers = [
        terms.member_cap,
        terms.good_from,
        terms.watch_from,
        *(scale for _, scale in terms.scales),
        *(weight for _, weight in terms.axis_weights),
        *(number for _, k in terms.kinds for number in (k.weight, k.half_life)),
    ]
    faults = {
        "a number is not finite": not all(math.isfinite(number) for number in numbers),
        "a weight is negative": any(k.weight < 0 for _, k in terms.kinds),
        "a half-life is not positive": any(k.half_life <= 0 for _, k in terms.kinds),
        "a daily maximum is below one": any(k.daily_maximum < 1 for _, k in terms.kinds),
        "the member cap is not positive": terms.member_cap <= 0,
        "there is no scale, or one is not positive": not terms.scales or any(scale <= 0 for _, scale in terms.scales),
        "the bands are not 0 ≤ watch < good ≤ 100": not 0 <= terms.watch_from < terms.good_from <= 100,  # noqa: PLR2004 -- a score's own range
        "an axis weight is negative, or all are zero": any(weight < 0 for _, weight in terms.axis_weights)
        or not any(weight for _, weight in terms.axis_weights),
    }
    found = [fault for fault, present in faults.items() if present]
    if found:
        raise PolicyError("; ".join(found))


FIRST_TERMS = PolicyTerms.of(FIRST_KINDS, SCALES)
"""Policy version 1."""


def chosen_scale(breadths: Sequence[float], default: float) -> float:
    """Return κ for a segment from its accounts' breadths R; `default` with fewer than SCALE_NEEDS_ACCOUNTS.

    The median account among those with any acts then has 50 points. κ is fixed when a policy is published. It is no
    percentile rank: what others do later must not change anybody's score.
    """
    active = [breadth for breadth in breadths if breadth > 0]
    if len(active) < SCALE_NEEDS_ACCOUNTS:
        return default
    return max(median(active) / math.log(2), default * SCALE_FLOOR_SHARE)
