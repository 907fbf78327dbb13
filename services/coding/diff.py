"""Two texts line by line: expected against printed output, and one version of a program against another."""

from difflib import SequenceMatcher

from services.coding.schemas import DiffLine

_MOST_LINES = 200
_MOST_CODE_LINES = 2000
_LONGEST_LINE = 500


def line_diff(expected: str, got: str) -> list[DiffLine]:
    """What is missing and what is extra, in reading order; of long outputs the beginning, which is where one looks.

    White space at line ends and empty lines at the end do not count, as they do not for the judge.
    """
    return _compared(_lines(expected), _lines(got))


def code_diff(before: str, after: str) -> list[DiffLine]:
    """What was taken out of a program and what came into it; here white space counts."""
    return _compared(_code_lines(before), _code_lines(after))


def _compared(wanted: list[str], printed: list[str]) -> list[DiffLine]:
    found: list[DiffLine] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, wanted, printed, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [
                DiffLine("same", wanted[i], i + 1, j + 1) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
        else:
            both = min(i2 - i1, j2 - j1)
            pairs = zip(range(i1, i1 + both), range(j1, j1 + both), strict=True)
            found += [line for i, j in pairs for line in _changed(wanted[i], printed[j], i + 1, j + 1)]
            found += [DiffLine("missing", wanted[i], i + 1, 0) for i in range(i1 + both, i2)]
            found += [DiffLine("extra", printed[j], 0, j + 1) for j in range(j1 + both, j2)]
    return found


def _changed(wanted: str, printed: str, expected_line: int, got_line: int) -> tuple[DiffLine, DiffLine]:
    """Both sides of a line that differs, with what differs in it."""
    shorter = min(len(wanted), len(printed))
    start = next((at for at in range(shorter) if wanted[at] != printed[at]), shorter)
    same = next((n for n in range(shorter - start) if wanted[-1 - n] != printed[-1 - n]), shorter - start)
    return (
        DiffLine("missing", wanted, expected_line, 0, start, len(wanted) - same),
        DiffLine("extra", printed, 0, got_line, start, len(printed) - same),
    )


def _lines(text: str) -> list[str]:
    return [line.rstrip()[:_LONGEST_LINE] for line in text.rstrip().split("\n")[:_MOST_LINES]] if text.strip() else []


def _code_lines(text: str) -> list[str]:
    return [line[:_LONGEST_LINE] for line in text.removesuffix("\n").split("\n")[:_MOST_CODE_LINES]] if text else []
