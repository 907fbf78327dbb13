"""The conversation between the examiner and the learner's process: values as copies, all else as references.

Runs inside the cage. Everything that comes from the learner's process is text from a stranger: it is parsed, never
unpickled, and it can name only what was handed over.
"""

from __future__ import annotations

import builtins
import datetime
import decimal
import fractions
import importlib
import json
import operator
import os
import sys
import traceback
import types
import weakref
from typing import Any

from sandbox.harness.python.stand_ins import BINARY, BY_FUNCTION, UNARY_AND_ITEMS, Ref, RefMeta

WORK = os.getcwd()  # noqa: PTH109 - pathlib would cost every start of a cell


class LearnerGone(Exception):
    """The learner's process ended while the tests were asking it."""


SCALARS = (type(None), bool, int, float, str)
MUTABLE = (list, dict, set)
BY_PARTS: dict[type, Any] = {
    complex: lambda v: [v.real, v.imag],
    datetime.date: lambda v: [v.year, v.month, v.day],
    datetime.datetime: lambda v: [v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond],
    datetime.time: lambda v: [v.hour, v.minute, v.second, v.microsecond],
    datetime.timedelta: lambda v: [v.days, v.seconds, v.microseconds],
    decimal.Decimal: lambda v: [str(v)],
    fractions.Fraction: lambda v: [v.numerator, v.denominator],
    range: lambda v: [v.start, v.stop, v.step],
}
PARTS_BY_NAME = {cls.__name__: cls for cls in BY_PARTS}
COLLECTIONS: dict[Any, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
KINDS: dict[str, type] = {
    **{cls.__name__: cls for cls in (*COLLECTIONS, dict, str, int, float)},
    "generator": types.GeneratorType,
    "function": types.FunctionType,
}
COLLECTIONS_BY_NAME = {name: cls for cls, name in COLLECTIONS.items()}


def call(function: Any, args: Any, kwargs: Any) -> Any:
    """Call what was handed over."""
    return function(*args, **kwargs)


def enter(manager: Any) -> Any:
    """Begin a with block on the other side's manager."""
    return type(manager).__enter__(manager)


def leave(manager: Any, failed: Any) -> Any:
    """End a with block; the error itself stays on its own side."""
    error = RuntimeError("The with block failed.") if failed else None
    return type(manager).__exit__(manager, type(error) if error else None, error, None)


# What the examiner may ask of the learner's process: anything.
LEARNER_OPERATIONS: dict[str, Any] = {
    **{name: getattr(operator, name) for name in (*BINARY, *UNARY_AND_ITEMS, "eq", "ne")},
    **BY_FUNCTION,
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "dir": dir,
    "import": importlib.import_module,
    "call": call,
    "enter": enter,
    "leave": leave,
}

# What the learner's process may ask of the examiner: to use what a test handed over, and no more.
EXAMINER_OPERATIONS: dict[str, Any] = {
    "call": call,
    "next": next,
    "iter": iter,
    "bool": bool,
    "hash": hash,
    "eq": operator.eq,
    "ne": operator.ne,
}


def _not_offered(*_: Any) -> Any:
    # What Python itself says when an object cannot do something, so that list() goes on without a length.
    raise TypeError("The tests do not offer this.")


# The only types the learner's process may name towards the examiner, besides errors.
PLAIN_TYPES = {"bool", "int", "float", "complex", "str", "bytes", "list", "tuple", "dict", "set", "frozenset", "object"}


class Peer:
    """One side of the conversation. Only `operations` are done for the other side."""

    def __init__(self, sock: Any, operations: Any) -> None:
        self.stream = sock.makefile("rwb")
        self.operations = operations
        self.exported: dict[int, Any] = {}
        self.export_ids: dict[int, int] = {}
        self.classes: dict[int, Any] = {}
        # One stand-in for each object, so that `is` answers as it would in one process.
        self.refs: weakref.WeakValueDictionary[int, Ref] = weakref.WeakValueDictionary()

    # The conversation: a request is answered by requests of the other side's own, then by an answer.

    def request(self, operation: Any, *args: Any) -> Any:
        self._send({"ask": operation, "args": [self.encode(arg) for arg in args]})
        while True:
            message = self._receive()
            if "ask" in message:
                self.serve(message)
                continue
            arguments = args[1] if operation == "call" else args
            for position, changed in message.get("changed", []):
                _overwrite(arguments[position], self.decode(changed))
            if "error" in message:
                raise self._error(message["error"])
            if "same" in message:
                return arguments[message["same"]]
            return self.decode(message["value"])

    def serve_forever(self) -> Any:
        while True:
            self.serve(self._receive())

    def serve(self, message: Any) -> Any:
        try:
            operation = self.operations.get(message["ask"]) or _not_offered
            args = [self.decode(arg) for arg in message["args"]]
            arguments = args[1] if message["ask"] == "call" else args
            before = [self.encode(arg) if type(arg) in MUTABLE else None for arg in arguments]
            answer = {}
            try:
                value = operation(*args)
            except BaseException as error:
                answer["error"] = self._describe(error)
            else:
                same = [i for i, arg in enumerate(arguments) if arg is value and type(arg) in MUTABLE]
                answer.update({"same": same[0]} if same else {"value": self.encode(value)})
            after = [(i, self.encode(arg)) for i, arg in enumerate(arguments) if before[i] is not None]
            answer["changed"] = [[i, text] for i, text in after if text != before[i]]
        except Exception as error:
            answer = {"error": self._describe(error)}
        self._send(answer)

    def _send(self, message: Any) -> Any:
        try:
            self.stream.write(json.dumps(message).encode() + b"\n")
            self.stream.flush()
        except (OSError, ValueError) as error:
            raise LearnerGone("The program ended before the tests were done.") from error

    def _receive(self) -> Any:
        line = self.stream.readline()
        if not line.endswith(b"\n"):
            raise LearnerGone("The program ended before the tests were done.")
        message = json.loads(line)
        if not isinstance(message, dict):
            raise LearnerGone("The program broke the conversation with the tests.")
        return message

    # Errors keep their class, arguments and attributes, so that tests can expect them.

    def _describe(self, error: Any) -> Any:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(WORK)]
        trace = "".join(traceback.format_list(frames) + traceback.format_exception_only(error))
        trace = trace.replace(WORK + "/", "")
        try:
            args, extra, text = self.encode(error.args), self.encode(dict(vars(error))), str(error)
        except Exception:
            args, extra, text = self.encode(()), self.encode({}), ""
        return [self.encode(type(error)), args, extra, text, trace]

    def _error(self, description: Any) -> Any:
        kind, args, extra, text, trace = description
        kind, args, extra = self.decode(kind), self.decode(args), self.decode(extra)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            kind = RuntimeError
        try:
            error = kind(*args)
        except Exception:
            error = kind.__new__(kind)
            error.args = tuple(args)
        for name, value in extra.items():
            if isinstance(name, str) and not name.startswith("__"):
                setattr(error, name, value)
        error._learner_text, error._learner_trace = str(text), str(trace)
        return error

    # Values

    def encode(self, value: Any) -> Any:
        kind = type(value)
        if kind in SCALARS:
            return value
        if kind in COLLECTIONS:
            return [COLLECTIONS[kind], [self.encode(item) for item in value]]
        if kind is dict:
            return ["dict", [[self.encode(k), self.encode(v)] for k, v in value.items()]]
        if kind in (bytes, bytearray):
            return [kind.__name__, value.hex()]
        if kind in BY_PARTS and getattr(value, "tzinfo", None) is None:
            return ["parts", kind.__name__, BY_PARTS[kind](value)]
        if isinstance(value, Ref):
            return ["yours", object.__getattribute__(value, "_ref_id")]
        if isinstance(value, RefMeta) or (isinstance(value, type) and "_ref_class_id" in vars(value)):
            return ["yours", vars(value)["_ref_class_id"]]
        name = getattr(value, "__name__", None) if callable(value) else None
        if isinstance(name, str) and getattr(builtins, name, self) is value:
            return ["builtin", name]
        if isinstance(value, type):
            return self._encode_class(value)
        base = next((cls for cls in (*COLLECTIONS, dict, str, int, float) if isinstance(value, cls)), None)
        own_class = None
        if kind.__module__ not in sys.stdlib_module_names and kind.__module__ not in ("builtins", "__main__"):
            own_class = self._encode_class(kind)
        plain = None if base is None else [self.encode(base(value))]
        known = base.__name__ if base else kind.__name__
        return ["mine", self._export(value), own_class, plain, known]

    def _encode_class(self, cls: Any) -> Any:
        known: Any = vars(builtins).get(cls.__name__)
        if cls is known:
            return ["builtin", cls.__name__]
        bases = [self._encode_class(base) for base in cls.__bases__ if base is not object]
        return ["class", self._export(cls), cls.__name__, bases]

    def _export(self, value: Any) -> Any:
        number = self.export_ids.get(id(value))
        if number is None:
            number = self.export_ids[id(value)] = len(self.exported)
            self.exported[number] = value
        return number

    def decode(self, text: Any) -> Any:
        if not isinstance(text, list):
            return text
        kind = text[0]
        if kind in COLLECTIONS_BY_NAME:
            return COLLECTIONS_BY_NAME[kind](self.decode(item) for item in text[1])
        if kind == "dict":
            return {self.decode(k): self.decode(v) for k, v in text[1]}
        if kind in ("bytes", "bytearray"):
            return getattr(builtins, kind).fromhex(text[1])
        if kind == "parts":
            return PARTS_BY_NAME[text[1]](*text[2])
        if kind == "yours":
            return self.exported[text[1]]
        if kind == "builtin":
            return self._builtin(text[1])
        if kind == "class":
            return self._stand_in_class(text)
        if kind != "mine":
            raise LearnerGone("The program broke the conversation with the tests.")
        return self._stand_in(*text[1:])

    def _stand_in(self, number: int, own_class: Any, plain: Any, kind: str) -> Ref:
        ref = self.refs.get(number)
        if ref is None:
            cls: Any = self._stand_in_class(own_class) if own_class else Ref
            kind_of_ref: Any = cls if isinstance(cls, RefMeta) else Ref
            ref = object.__new__(kind_of_ref)
            object.__setattr__(ref, "_ref_id", number)
            object.__setattr__(ref, "_ref_peer", self)
            object.__setattr__(ref, "_ref_kind", KINDS.get(kind))
            self.refs[number] = ref
        object.__setattr__(ref, "_ref_plain", None if plain is None else [self.decode(plain[0])])
        return ref

    def _builtin(self, name: Any) -> Any:
        value = getattr(builtins, name)
        error = isinstance(value, type) and issubclass(value, BaseException)
        # The learner's process gets no hold of exec, type and the like over here.
        if self.operations is EXAMINER_OPERATIONS and not error and name not in PLAIN_TYPES:
            raise LearnerGone("The program broke the conversation with the tests.")
        return value

    def _stand_in_class(self, text: Any) -> Any:
        if text[0] == "builtin":
            return self._builtin(text[1])
        _, number, name, base_texts = text
        if number not in self.classes:
            bases = [self._stand_in_class(base) for base in base_texts]
            errors = [base for base in bases if isinstance(base, type) and issubclass(base, BaseException)]
            if errors:
                body = {"_ref_class_id": number, "__str__": _error_text}
                cls: Any = type(str(name), tuple(errors), body)
            else:
                parents = tuple(base for base in bases if isinstance(base, RefMeta) and base is not Ref) or (Ref,)
                cls = RefMeta.__new__(
                    RefMeta, str(name), parents, {"_ref_class_id": number, "_peer": self, "__slots__": ()}
                )
            self.classes[number] = cls
        return self.classes[number]


def _error_text(error: Any) -> Any:
    return error._learner_text if hasattr(error, "_learner_text") else Exception.__str__(error)


def _overwrite(old: Any, new: Any) -> Any:
    """Give a list, dict or set that was handed over the content the other side left in it."""
    if type(old) is not type(new) or type(old) not in MUTABLE:
        return
    old.clear()
    old.extend(new) if type(old) is list else old.update(new)
