"""A small course package for tests, as files, that a test may change before it brings it in."""

import io
import zipfile

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>\n'

COURSE = """\
# written by hand
format: 1
slug: small
title: Small course
summary: "First steps: short"   # a comment that must survive
description: |
  A **good** course.
level: beginner
category: Programming
tags: [python, "déjà vu"]
outcomes:
  - Write a loop
prerequisites: [none]
authors: [Amina]
licence: CC BY 4.0
modules: [01-first]
"""

VALUES = """\
---
title: Values
minutes: 7
---

Welcome to **values**.

## What is a value?   {#value}

A value is *data*. ![A dot](media/dot.svg)

## Names

See [the reference][ref].

[ref]: https://docs.python.org/3/
"""

LOOPS = """\
---
title: Loops
completion: exercise
---
A loop repeats.

::image{src="media/dot.svg" alt="A \\"dot\\"" caption="One dot"}

```python {sample runnable title="Try it"}
for n in range(3):
    print(n)
```

```python
## not a heading
::image{src="not/a/directive"}
```

:::prompt{title="Ask"}
What does range(0) give?
:::

::video{src="https://video.example/loop.mp4" title="A film"}

::exercise{ref="countdown"}

::quiz{ref="check"}
"""

EXERCISE = """\
title: Countdown
difficulty: 2
hints:
  - Look at `range`.
  - |
    It takes a step:
    `range(3, 0, -1)`
cases:
  - {name: three, stdin: "3\\n", expected: "3\\n2\\n1\\n"}
  - {name: secret, stdin: "1\\n", expected: "1\\n", hidden: true}
"""

QUIZ = """\
title: Check
questions:
  - key: kind
    kind: single
    text: What is 1?
    choices:
      - text: A name
      - {text: A value, right: true}
    explanation: It is data.
    taught_in: values#value
  - {key: number, kind: numeric, text: Half of 5, answer: 2.5, tolerance: 0.01}
  - {key: short, kind: short, text: The answer, answer: [yes, ja]}
  - {key: true, kind: truefalse, text: Loops repeat, answer: true}
  - key: many
    kind: multiple
    text: Which are numbers?
    choices: [{text: "1", right: true}, {text: "2", right: true}, {text: "a"}]
"""

_ROOT = "01-first/loops/countdown.exercise/"


def small() -> dict[str, bytes]:
    """Return path to content of the small course."""
    texts = {
        "README.md": "# Small\r\nKept as it is.\r\n",
        "course.yaml": COURSE,
        "01-first/module.yaml": "title: First steps\nlessons: [values, loops]\n",
        "01-first/values.md": VALUES.replace("\n", "\r\n"),
        "01-first/loops/lesson.md": LOOPS,
        "01-first/loops/check.quiz.yaml": QUIZ,
        f"{_ROOT}exercise.yaml": EXERCISE,
        f"{_ROOT}instructions.md": "\nCount down to 1.\n\n\n",
        f"{_ROOT}starter/main.py": "n = int(input())\n",
        f"{_ROOT}reference/main.py": "for i in range(int(input()), 0, -1):\n    print(i)\n",
    }
    return {path: text.encode() for path, text in texts.items()} | {"media/dot.svg": PICTURE}


def zipped(files: dict[str, bytes]) -> bytes:
    """Return the files as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()
