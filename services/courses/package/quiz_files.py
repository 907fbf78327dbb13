"""A quiz's file."""

from typing import Any

from services.courses.package import yamls
from services.courses.package.docs import QUESTION_KINDS, QuestionDoc, QuizDoc
from services.courses.package.keys import is_key
from services.courses.package.yamls import Fields


def parse_quiz(file: str, source: str) -> QuizDoc:
    """Return what the quiz's file says."""
    fields = yamls.read(file, source)
    title = fields.line_text("title")
    introduction = fields.text("introduction", "")
    pass_percent = fields.integer("pass_percent", 60, least=0, most=100)
    attempts = fields.integer("attempts", 0, least=0, most=100)
    questions: list[QuestionDoc] = []
    for number, each in enumerate(fields.each("questions"), 1):
        question = _question(each, number)
        if any(question.key == other.key for other in questions):
            raise each.error("key", "the key “{key}” is used twice in this quiz.", key=question.key)
        questions.append(question)
    if not questions:
        raise fields.error("questions", "the quiz has no questions.")
    fields.done()
    return QuizDoc(title, introduction, pass_percent, attempts, tuple(questions))


def _key(fields: Fields, default: str) -> str:
    key = fields.line_text("key", default)
    if not is_key(key):
        raise fields.error("key", "“{key}” cannot be a key; use letters, digits and -.", key=key)
    return key


def _question(fields: Fields, number: int) -> QuestionDoc:
    key = _key(fields, f"q{number}")
    kind = fields.choice("kind", QUESTION_KINDS)
    text = fields.text("text")
    points = fields.integer("points", 1, least=0, most=1000)
    explanation = fields.text("explanation", "")
    taught_in = fields.line_text("taught_in", "", longest=80)
    choices: tuple[tuple[str, str], ...] = ()
    if kind in ("single", "multiple"):
        choices, answer = _choices(fields, kind)
    elif kind == "truefalse":
        answer = {"value": fields.truth("answer")}
    elif kind == "short":
        accept = list(fields.texts("answer", one=True))
        if not accept:
            raise fields.error("answer", "“{name}” is missing.")
        answer = {"accept": accept, "case": fields.truth("case", False)}
    else:
        answer = {"number": fields.number("answer"), "tolerance": fields.number("tolerance", 0)}
        if answer["tolerance"] < 0:
            raise fields.error("tolerance", "“{name}” must not be negative.")
    fields.done()
    return QuestionDoc(key, kind, text, answer, choices, points, explanation, taught_in)


def _choices(fields: Fields, kind: str) -> tuple[tuple[tuple[str, str], ...], dict[str, Any]]:
    choices: list[tuple[str, str]] = []
    right: list[str] = []
    for number, each in enumerate(fields.each("choices", most=26)):
        key = _key(each, chr(ord("a") + number))
        if key in dict(choices):
            raise each.error("key", "the key “{key}” is used twice in this question.", key=key)
        choices.append((key, each.text("text")))
        if each.truth("right", False):
            right.append(key)
        each.done()
    if len(choices) < 2:
        raise fields.error("choices", "a question needs at least two choices.")
    if kind == "single" and len(right) != 1:
        raise fields.error("choices", "exactly one choice must be right; mark it with “right: true”.")
    if kind == "multiple" and not right:
        raise fields.error("choices", "at least one choice must be right; mark it with “right: true”.")
    return tuple(choices), {"choices": right}


def quiz_values(doc: QuizDoc) -> dict[str, Any]:
    """Return what the file must say to mean ``doc``."""
    values: dict[str, Any] = {"title": doc.title}
    if doc.introduction:
        values["introduction"] = doc.introduction
    values |= {"pass_percent": doc.pass_percent, "attempts": doc.attempts}
    values["questions"] = [_question_values(question) for question in doc.questions]
    return values


def _question_values(doc: QuestionDoc) -> dict[str, Any]:
    values: dict[str, Any] = {"key": doc.key, "kind": doc.kind, "text": doc.text}
    if doc.choices:
        right = doc.answer["choices"]
        values["choices"] = [
            {"key": key, "text": text, **({"right": True} if key in right else {})} for key, text in doc.choices
        ]
    elif doc.kind == "truefalse":
        values["answer"] = doc.answer["value"]
    elif doc.kind == "short":
        values |= {"answer": list(doc.answer["accept"]), "case": doc.answer["case"]}
    else:
        values |= {"answer": doc.answer["number"], "tolerance": doc.answer["tolerance"]}
    values["points"] = doc.points
    if doc.explanation:
        values["explanation"] = doc.explanation
    if doc.taught_in:
        values["taught_in"] = doc.taught_in
    return values
