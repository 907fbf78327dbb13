"""Stand-ins: objects of this process that stand for objects of the other, and ask it for everything.

Runs inside the cage, on both sides of the conversation in ``wire.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.harness.python.wire import Peer


class RefMeta(type):
    """Makes stand-ins for the other side's classes: calling one makes an object over there."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return cls._peer.request("call", cls, args, kwargs)

    def __getattr__(cls, name: Any) -> Any:
        if name.startswith("_ref") or name == "_peer" or "_peer" not in cls.__dict__:
            raise AttributeError(name)
        return cls._peer.request("getattr", cls, name)

    def __setattr__(cls, name: Any, value: Any) -> Any:
        cls._peer.request("setattr", cls, name, value)

    def __dir__(cls) -> Any:
        return cls._peer.request("dir", cls)


class Ref(metaclass=RefMeta):
    """Stands for an object of the other side."""

    __slots__ = ("__weakref__", "_ref_id", "_ref_kind", "_ref_peer", "_ref_plain")

    _ref_id: int
    _ref_kind: type | None
    _ref_peer: Peer
    _ref_plain: list[Any] | None

    @property  # type: ignore[misc]  # what isinstance asks for may be a property, the stubs know only attributes
    def __class__(self) -> Any:
        # What isinstance sees: a generator of the other side is a generator.
        return self._ref_kind or type(self)

    def __getattr__(self, name: Any) -> Any:
        return self._ref_peer.request("getattr", self, name)

    def __setattr__(self, name: Any, value: Any) -> Any:
        self._ref_peer.request("setattr", self, name, value)

    def __delattr__(self, name: Any) -> Any:
        self._ref_peer.request("delattr", self, name)

    def __dir__(self) -> Any:
        return self._ref_peer.request("dir", self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ref_peer.request("call", self, args, kwargs)

    def __enter__(self) -> Any:
        return self._ref_peer.request("enter", self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        return self._ref_peer.request("leave", self, kind is not None)

    def __eq__(self, other: Any) -> Any:
        # Against plain data the answer is ours, never the other side's: to claim to equal everything is no use.
        if isinstance(other, Ref):
            return self._ref_peer.request("eq", self, other) is True
        return self._ref_plain is not None and self._ref_plain[0] == other

    def __ne__(self, other: Any) -> Any:
        if isinstance(other, Ref):
            return self._ref_peer.request("ne", self, other) is True
        return not self == other


def _forward(name: Any) -> Any:
    def method(self: Any, *args: Any) -> Any:
        return self._ref_peer.request(name, self, *args)

    return method


def _forward_reflected(name: Any) -> Any:
    def method(self: Any, other: Any) -> Any:
        return self._ref_peer.request(name, other, self)

    return method


BINARY = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and_", "or_", "xor", "matmul"]
UNARY_AND_ITEMS = ["lt", "le", "gt", "ge", "neg", "pos", "invert", "getitem", "setitem", "delitem", "contains", "index"]
BY_FUNCTION: dict[str, Any] = {
    function.__name__: function
    for function in (len, iter, next, str, repr, hash, bool, abs, int, float, round, reversed, format)
}

for _name in BINARY:
    type.__setattr__(Ref, f"__{_name.rstrip('_')}__", _forward(_name))
    type.__setattr__(Ref, f"__r{_name.rstrip('_')}__", _forward_reflected(_name))
for _name in (*UNARY_AND_ITEMS, *BY_FUNCTION):
    type.__setattr__(Ref, f"__{_name}__", _forward(_name))
