"""`python -m tests.load.similarity`: what comparing 2000 programs of 60 lines takes; see docs/benchmarks.md."""

import argparse
import random
import resource
import time

from services.coding.similarity.process import rank_apart

_LINES = 60
_COPIED = 0.02  # of the programs are another one with other names
_IDIOMS = (
    ["if __name__ == '__main__':", "    main()"],
    ["for line in sys.stdin:", "    rows.append(line.strip().split(','))"],
    ["try:", "    value = int(text)", "except ValueError:", "    value = 0"],
)


def program(dice: random.Random) -> list[str]:
    """About sixty lines that somebody could have written: functions with loops, choices and sums, and some idioms."""
    lines: list[str] = ["import sys"]
    while len(lines) < _LINES:
        if dice.random() < 0.15:
            lines += dice.choice(_IDIOMS)
            continue
        lines.append(f"def work_{len(lines)}({', '.join(dice.sample('abcd', dice.randint(1, 3)))}):")
        for _statement in range(dice.randint(3, 8)):
            lines += ["    " + line for line in _statement_lines(dice)]
        lines.append(f"    return {_sum(dice, 1)}")
    return lines[:_LINES]


def _statement_lines(dice: random.Random) -> list[str]:
    kind = dice.randrange(5)
    if kind == 0:
        return [f"for i in range({_sum(dice, 1)}):", f"    total += {_sum(dice, 2)}"]
    if kind == 1:
        return [f"while {_sum(dice, 1)} {dice.choice(['<', '>', '!='])} {_sum(dice, 1)}:", f"    b = {_sum(dice, 2)}"]
    if kind == 2:
        return [
            f"if {_sum(dice, 1)} == {_sum(dice, 1)}:",
            f"    c = {_sum(dice, 2)}",
            "else:",
            f"    c -= {_sum(dice, 1)}",
        ]
    if kind == 3:
        return [f"items.append({_sum(dice, 2)})"]
    return [f"a = {_sum(dice, 3)}"]


def _sum(dice: random.Random, depth: int) -> str:
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(["a", "b", "c[0]", "len(d)", "1", "2", "'x'", "items[i]", "total", "self.n", "max(a, b)"])
    return f"{_sum(dice, depth - 1)} {dice.choice(['+', '-', '*', '//', '%'])} {_sum(dice, depth - 1)}"


def main() -> None:
    """Compare, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=2000)
    count = parser.parse_args().programs
    dice = random.Random(1)
    texts = ["\n".join(program(dice)) for _number in range(count)]
    copied = dice.sample(range(count), int(count * _COPIED))
    for number in copied:
        texts[number] = texts[(number + 1) % count].replace("total", "summe").replace("items", "werte")
    programs = {str(number): {"main.py": text} for number, text in enumerate(texts)}
    began = time.monotonic()
    found = rank_apart(programs, "python", [], lambda _percent: None)
    seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    alike = sum(pair["worth_a_look"] for pair in found.pairs)
    print(
        f"{count} programs of {_LINES} lines, {found.compared} compared: {seconds:.1f} s "
        f"({used.ru_utime + used.ru_stime:.1f} s of processor), at most {used.ru_maxrss // 1024} MB; "
        f"{len(copied)} copies, {alike} pairs worth a look"
    )


if __name__ == "__main__":
    main()
