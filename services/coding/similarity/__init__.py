"""How alike the programs are that were handed in at an exercise, for those who teach it. It judges nobody (E9)."""

from services.coding.similarity.comparing import comparison_gave_up, run_comparison
from services.coding.similarity.reports import mark_pair, similar_pair, similarity, start
from services.coding.similarity.schemas import (
    CodeFile,
    CodeLine,
    PairRow,
    PairView,
    RegionRow,
    Side,
    SimilarityView,
)

__all__ = [
    "CodeFile",
    "CodeLine",
    "PairRow",
    "PairView",
    "RegionRow",
    "Side",
    "SimilarityView",
    "comparison_gave_up",
    "mark_pair",
    "run_comparison",
    "similar_pair",
    "similarity",
    "start",
]
