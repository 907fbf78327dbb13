"""The sandbox: runs programs nobody trusts, and judges them. Knows nothing of the rest of the product.

`Judge().run(RunRequest(...))` and `Judge().judge(JudgeRequest(...))` are all that callers need. Where no cage works
they answer `internal_error` with reason `no_cage`; there is no way to run anything without one.
"""

from sandbox.backends import Backend, BubblewrapBackend, Capabilities
from sandbox.judge import Judge
from sandbox.languages import LANGUAGES
from sandbox.opening import Judging, open_judge
from sandbox.pool import Busy, SlotPool
from sandbox.types import (
    Case,
    CaseResult,
    FailingCase,
    Group,
    GroupResult,
    HelperProgram,
    JudgeRequest,
    JudgeResult,
    Limits,
    Progress,
    RunRequest,
    RunResult,
    UnitTestReport,
    Verdict,
)

__all__ = [
    "LANGUAGES",
    "Backend",
    "BubblewrapBackend",
    "Busy",
    "Capabilities",
    "Case",
    "CaseResult",
    "FailingCase",
    "Group",
    "GroupResult",
    "HelperProgram",
    "Judge",
    "JudgeRequest",
    "JudgeResult",
    "Judging",
    "Limits",
    "Progress",
    "RunRequest",
    "RunResult",
    "SlotPool",
    "UnitTestReport",
    "Verdict",
    "open_judge",
]
