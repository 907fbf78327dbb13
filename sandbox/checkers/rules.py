"""What a checker needs to know besides two texts, and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sandbox.types import DiffLine, JudgeRequest, Verdict


@dataclass(frozen=True, slots=True)
class Rules:
    """How far an output may be from the expected one and still be right."""

    absolute: float = 1e-6
    relative: float = 1e-6
    ignore_case: bool = False

    @classmethod
    def of(cls, request: JudgeRequest) -> Rules:
        """The rules of a request: one tolerance for both, or each apart, where one that is not named is zero."""
        absolute, relative = request.absolute_tolerance, request.relative_tolerance
        if absolute is None and relative is None:
            absolute = relative = request.float_tolerance
        for value in (absolute, relative, request.float_tolerance):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError("tolerance: must be a number that is not negative")
        return cls(absolute or 0.0, relative or 0.0, request.ignore_case)

    def near(self, got: float, expected: float) -> bool:
        """Whether two numbers are within one of the tolerances. NaN is near nothing, infinity only near itself."""
        if math.isinf(got) or math.isinf(expected):
            return got == expected
        return abs(got - expected) <= max(self.absolute, self.relative * abs(expected))


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference, as a sentence; empty when there is none. `only_space`: the words are all right."""

    message: str = ""
    only_space: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What a checker says of one output: accepted, wrong_answer, presentation_error, or internal_error."""

    verdict: Verdict
    message: str = ""
    reason: str = ""
    diff: tuple[DiffLine, ...] = ()
