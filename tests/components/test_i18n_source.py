"""Whatever a learner is told is a text the catalogues know: read from the syntax of the product's own modules."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from components.coding.outcome import VERDICTS
from components.messages_extract import REFUSALS, all_texts
from lms_app.pages.sign_in import REASONS
from sandbox import Verdict
from sandbox.checkers import Say, check
from sandbox.checkers.messages import said
from services.coding.words import SAID, SAID_OF_PAGES, parted
from services.platform.messages import translate
from state.ai import READY

ROOT = Path(__file__).parents[2]
ROOMS = ("services", "state", "lms_app")

# Exceptions of one module whose text becomes what a field is told.
_CARRIERS = {"services/assessment/answers.py": "_Wrong"}
# Faults of a course package are read on the command line only, in English; see the last test of this module.
_FOR_OPERATORS = ("services/courses/package/", "services/courses/exercism/", "services/courses/exchange.py")


@cache
def known() -> frozenset[str]:
    """Every text the extractor finds; what it finds must be translated, which another test holds."""
    return frozenset(text for found in all_texts() for text in (found.singular, found.plural) if text is not None)


@dataclass(frozen=True)
class Module:
    """One module of the product, with what its names stand for."""

    name: str
    tree: ast.Module

    @classmethod
    def read(cls, path: Path) -> "Module":
        return cls(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))

    @classmethod
    def named(cls, dotted: str) -> "Module | None":
        path = ROOT / (dotted.replace(".", "/") + ".py")
        package = ROOT / dotted.replace(".", "/") / "__init__.py"
        return cls.read(path) if path.exists() else cls.read(package) if package.exists() else None

    def values(self, name: str, at: int) -> list[ast.expr]:
        """What is assigned to a name in the function around a line, or else in the module or where it is from."""
        functions = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= at <= (node.end_lineno or 0)
        ]
        for place in [*sorted(functions, key=lambda node: -node.lineno), self.tree]:
            walked = ast.walk(place) if place is not self.tree else iter(self.tree.body)
            found = [value for node in walked if (value := _assigned(node, name)) is not None]
            if found:
                return found
        return []

    def origin(self, name: str) -> "tuple[Module, str] | None":
        """The module that an imported name is from, and its name there; of a module itself an empty name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        whole = Module.named(f"{node.module}.{alias.name}")
                        module = whole or Module.named(node.module)
                        return (module, "" if whole else alias.name) if module else None
        return None


def _assigned(node: ast.AST, name: str) -> ast.expr | None:
    """What a statement makes of a name, or puts into it."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    else:
        return None
    bare = [target.value if isinstance(target, ast.Subscript) else target for target in targets]
    return node.value if any(isinstance(target, ast.Name) and target.id == name for target in bare) else None


def texts(node: ast.expr, module: Module, at: int) -> list[str] | None:
    """The texts an expression can be; None where the code does not say. An empty list is a text told elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Call(func=ast.Name(id="N_"), args=[marked]):
            return texts(marked, module, at)
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
            return _all([table, *default], module, at)
        case ast.IfExp(body=one, orelse=other):
            return _all([one, other], module, at)
        case ast.BoolOp(values=values):
            return _all(values, module, at)
        case ast.Subscript(value=table):
            return texts(table, module, at)
        case ast.Dict(values=values):
            return _all(values, module, at) if values else []
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name()]):
            return []  # the text of an exception that carries it here
        case ast.Attribute(attr="message" | "fields"):
            return []  # of another refusal, which is looked at where it is raised
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            origin = module.origin(owner)
            return _all(origin[0].values(name, 0), origin[0], 0) if origin and not origin[1] else None
        case ast.Name(id=name):
            if values := module.values(name, at):
                return _all(values, module, at)
            origin = module.origin(name)
            return _all(origin[0].values(origin[1], 0), origin[0], 0) if origin else None
    return None


def _all(nodes: list[ast.expr], module: Module, at: int) -> list[str] | None:
    found = [texts(node, module, at) for node in nodes]
    return None if not found or None in found else [text for each in found if each for text in each]


def refusals(module: Module) -> Iterator[tuple[ast.Call, list[ast.expr]]]:
    """Every refusal a module makes, with its message and what it says of fields."""
    carriers = REFUSALS | {_CARRIERS.get(module.name, "")}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in carriers and node.args:
            yield node, [node.args[0], *(keyword.value for keyword in node.keywords if keyword.arg == "fields")]


def unknown(module: Module) -> list[str]:
    """The refusals of a module whose text the catalogues do not know, or whose text cannot be read from the code."""
    wrong = []
    for call, parts in refusals(module):
        for part in parts:
            said = texts(part, module, call.lineno)
            if said is None:
                wrong.append(f"{module.name}:{call.lineno} {ast.unparse(part)} is not a text that can be read here")
            else:
                wrong += [f"{module.name}:{call.lineno} {text!r}" for text in said if text not in known()]
    return wrong


class TestRefusals:
    def test_every_message_of_a_refusal_is_known_to_the_catalogues(self):
        wrong = []
        for room in ROOMS:
            for path in sorted((ROOT / room).rglob("*.py")):
                module = Module.read(path)
                if not module.name.startswith(_FOR_OPERATORS):
                    wrong += unknown(module)
        assert not wrong, "Mark these texts with N_:\n" + "\n".join(wrong)

    @pytest.mark.parametrize(
        "source",
        [
            'A = "Not marked."\nraise Conflict(A)',
            'def f(x):\n    m = "Not marked."\n    raise Invalid(m, fields={"a": m})',
            'T = {"a": "Not marked."}\nraise Conflict(T[x])',
            'raise Conflict("You may not do this." if x else A)\nA = "Not marked."',
            'raise Invalid("You may not do this.", fields={"a": f"Not {x}."})',
            'def f():\n    w = {}\n    w["a"] = "Not marked."\n    raise Invalid("You may not do this.", fields=w)',
            "def f(said):\n    raise Forbidden(said)",
        ],
    )
    def test_a_text_that_is_not_marked_is_found(self, source):
        assert unknown(Module("example.py", ast.parse(source)))

    def test_faults_of_a_course_package_are_told_on_the_command_line_only(self):
        """They are English sentences in two halves; a page or route that imports a course must translate them first."""
        callers = [
            module.name
            for room in ("lms_app/api", "lms_app/pages", "state", "components")
            for module in map(Module.read, sorted((ROOT / room).rglob("*.py")))
            if re.search(r"\b(import_course|import_pack|export_course)\b", ast.unparse(module.tree))
        ]
        assert callers == []


class TestConstants:
    def test_what_stands_in_tables_and_is_translated_where_it_is_shown_is_known(self):
        assert {*READY.values(), *REASONS.values(), *VERDICTS.values()} <= known()

    def test_no_sentence_of_a_page_or_state_stands_outside_the_translation(self):
        wrong = []
        for room in ("components", "lms_app/pages", "state"):
            for path in sorted((ROOT / room).rglob("*.py")):
                if path.name != "design.py":  # the list of parts, for those who build pages
                    wrong += [f"{path.relative_to(ROOT)}: {text}" for text in _sentences(path) if text not in known()]
        assert not wrong, "\n".join(wrong)

    def test_what_the_browser_s_own_scripts_say_is_known(self):
        said = {
            text
            for path in (ROOT / "assets").glob("*.js")
            for text in re.findall(r'\bt\("((?:[^"\\]|\\.)+)"', path.read_text(encoding="utf-8"))
        }
        assert said
        assert said <= known()


def _sentences(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside = {
        id(part)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    }
    sentence = re.compile(r"[A-Z“{][^\n]*\s[^\n]*[.?!]")
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside
        if sentence.fullmatch(node.value)
    ]


class TestTheJudge:
    def test_every_verdict_has_words(self):
        assert {str(verdict) for verdict in Verdict} <= set(VERDICTS)

    def test_every_sentence_of_a_checker_is_one_of_the_messages(self):
        """The checkers say nothing but these: a sentence of another kind would not pass their types."""
        assert set(SAID) == {str(sentence) for sentence in Say} <= known()
        for sentence in Say:
            assert parted(said(sentence, number=12, expected=12, got=12))[0] == sentence

    def test_every_sentence_about_a_page_is_one_of_the_messages(self):
        """The harness runs in a cell and knows no list; so each text in it that is a sentence is looked up."""
        tree = ast.parse((ROOT / "sandbox/harness/web/rules.py").read_text(encoding="utf-8"))
        strings = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Constant)]
        aside = {id(part) for node in strings if isinstance(node, ast.JoinedStr) for part in node.values}
        aside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found = set()
        for node in strings:
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
            if id(node) not in aside and re.fullmatch(r"[A-Z].* .*\.", text):
                found.add(parted(text)[0])
        assert found == set(SAID_OF_PAGES) <= known()

    def test_a_difference_is_told_in_the_reader_s_language_with_its_numbers(self):
        message, numbers = parted(check("lines", "a\nb\n", "a\nc\n"))
        assert translate("ar", message, **numbers) == "السطر 2 مختلف."
        message, numbers = parted(check("tokens", "a b c", "a b"))
        assert numbers == {"expected": 2, "got": 3}
        assert translate("so", message, **numbers) == "2 eray ayaa la filayay, 3 ayaa la helay."

    def test_what_a_test_says_itself_stays_as_it_is(self):
        assert parted("Line x differs.") == ("Line x differs.", {})
