"""A course package with exercises in several languages, judged in several ways."""

from collections.abc import Mapping

_HEAD = "title: {title}\ndifficulty: 1\n"


def _exercise(title: str, yaml: str, files: Mapping[str, str]) -> dict[str, str]:
    return {"exercise.yaml": _HEAD.format(title=title) + yaml, "instructions.md": f"{title}.\n", **files}


C_DOUBLE = '#include <stdio.h>\nint main(void) { long n; scanf("%ld", &n); printf("%ld\\n", 2 * n); }\n'
C_SMALL = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", n > 100 ? 0 : 2 * n); }\n'
JS_SUM = (
    'const [a, b] = require("fs").readFileSync(0, "utf8").split(" ").map(Number);\nconsole.log((a + b).toFixed(2));\n'
)
SQL_NAMES = "SELECT name, age FROM person WHERE age > 30;\n"
GUESS = """low, high = 1, 100
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    said = input()
    if said == "right":
        break
    low, high = (middle + 1, high) if said == "more" else (low, middle - 1)
"""
INTERACTOR = """import sys
number = int(open(sys.argv[1]).read())
for _ in range(int(open(sys.argv[2]).read())):
    guess = int(input())
    print("right" if guess == number else "more" if guess < number else "less", flush=True)
    if guess == number:
        sys.exit(42)
sys.exit(43)
"""
CHECKER = """import sys
wanted = int(open(sys.argv[1]).read())
if wanted == 13:
    raise RuntimeError("thirteen")
parts = [int(word) for word in sys.stdin.read().split()]
sys.exit(42 if len(parts) == 2 and sum(parts) == wanted else 43)
"""

WEB_PAGE = """<!doctype html>
<html lang="en">
<head><title>Tea</title><link rel="stylesheet" href="style.css"><script src="script.js" defer></script></head>
<body><h1>Tea</h1><ul class="list"><li>black<li>green</ul><button id="more">More</button></body>
</html>
"""
WEB_STYLE = ".list { display: flex; color: rgb(1, 2, 3) }\n"
WEB_SCRIPT = "document.getElementById('more').addEventListener('click', () => console.log('more'));\n"
WEB_RULES = """rules:
  - name: One heading says Tea
    select: h1
    is: Tea
    count: 1
  - name: The list stands in a row
    message: Look at flexbox again.
    select: .list
    property: display
    is: flex
  - name: SECRET-RULE
    hidden: true
    select: .secret-list, .list > li
    at_least: 2
  - {hidden: true, basics: [title, language, doctype]}
"""

EXERCISES: dict[str, dict[str, str]] = {
    "double": _exercise(
        "Double",
        """language: c
stop_at_first_failure: true
groups:
  - {name: small, points: 30}
  - {name: SECRET-GROUP, points: 70, needs: [small]}
cases:
  - {name: two, stdin: "2\\n", expected: "4\\n", group: small}
  - {name: SECRET-NAME, stdin: "70421\\n", expected: "140842\\n", group: SECRET-GROUP, hidden: true}
""",
        {"starter/main.c": "int main(void) {\n}\n", "reference/main.c": C_DOUBLE},
    ),
    "total": _exercise(
        "Total",
        """language: javascript
checker: floats
tolerance: {absolute: 0.01}
limits: {cpu_seconds: 3}
cases:
  - {name: both, stdin: "1 2.5", expected: "3.5", points: 3}
  - {name: more, stdin: "1 1.001", expected: "2.001", hidden: true}
""",
        {"starter/main.js": "", "reference/main.js": JS_SUM},
    ),
    "people": _exercise(
        "People",
        """language: sql
checker: rows
cases:
  - name: older than thirty
    expected: |
      ["name", "age"]
      ["Amina", 41]
      ["Liban", 35]
  - name: another
    stdin: INSERT INTO person VALUES ('Hodan', 77);
    expected: |
      ["name", "age"]
      ["Amina", 41]
      ["Hodan", 77]
      ["Liban", 35]
    hidden: true
""",
        {
            "schema.sql": "CREATE TABLE person (name TEXT, age INTEGER);\n"
            "INSERT INTO person VALUES ('Liban', 35), ('Asha', 12), ('Amina', 41);\n",
            "starter/main.sql": "SELECT name FROM person;\n",
            "reference/main.sql": SQL_NAMES,
        },
    ),
    "guess": _exercise(
        "Guess",
        """cases:
  - {name: seven, stdin: "7", expected: "8"}
  - {name: SECRET-GUESS, stdin: "99", expected: "8", hidden: true}
""",
        {"starter/main.py": "print(50)\n", "reference/main.py": GUESS, "interactor/main.py": INTERACTOR},
    ),
    "parts": _exercise(
        "Parts",
        """program: {language: python, entry: check.py}
cases:
  - {name: ten, stdin: "10"}
  - {name: twelve, stdin: "12", hidden: true}
""",
        {
            "starter/main.py": "n = int(input())\n",
            "reference/main.py": "n = int(input())\nprint(1, n - 1)\n",
            "checker/check.py": CHECKER,
        },
    ),
    "tea": _exercise(
        "Tea",
        "language: web\n",
        {
            "starter/index.html": WEB_PAGE.replace("<ul", "<ol").replace("</ul", "</ol"),
            "starter/style.css": "",
            "starter/script.js": WEB_SCRIPT,
            "reference/index.html": WEB_PAGE,
            "reference/style.css": WEB_STYLE,
            "tests/rules.yaml": WEB_RULES,
        },
    ),
}


def languages_course() -> dict[str, bytes]:
    """Return path to content of the course."""
    texts = {
        "course.yaml": "format: 1\nslug: languages\ntitle: Languages\nmodules: [all]\n",
        "all/module.yaml": "title: All\nlessons: [all-of-it]\n",
        "all/all-of-it/lesson.md": "---\ntitle: All of it\n---\n\nBegin.\n"
        + "".join(f'\n::exercise{{ref="{slug}"}}\n' for slug in EXERCISES),
    }
    for slug, files in EXERCISES.items():
        texts |= {f"all/all-of-it/{slug}.exercise/{path}": text for path, text in files.items()}
    return {path: text.encode() for path, text in texts.items()}
