"""Which languages this machine can run; what it cannot is skipped with the reason."""

from __future__ import annotations

import pytest

from sandbox import Judge
from sandbox.survey import FoundLanguage, survey


@pytest.fixture(scope="session")
def found(judge: Judge) -> dict[str, FoundLanguage]:
    """Every language, tried in a cell."""
    return {language.name: language for language in survey(judge._backend)}
