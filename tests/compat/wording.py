# ruff: noqa: BLE001 - whatever a package under test raises is a fact about it
"""Puts a package's public API into words, so that it can be compared with the facts in `facts/`.

The facts were taken from ib_async 2.1.0 with the same words.
"""

import ast
import csv
import dataclasses
import datetime
import enum
import importlib
import inspect
import logging
import math
import re
import sys
import textwrap
import types

UNSET_INTEGER = 2**31 - 1
UNSET_DOUBLE = sys.float_info.max


def value_text(v, depth=0) -> str:
    """One spelling for a default value, independent of the package it is from."""
    if v is None or isinstance(v, (bool, str, bytes)):
        return repr(v)
    if isinstance(v, enum.Enum):
        return f"{type(v).__name__}({v.value!r})"
    if isinstance(v, int):
        return "UNSET_INTEGER" if v == UNSET_INTEGER else repr(v)
    if isinstance(v, float):
        if math.isnan(v):
            return "nan"
        if math.isinf(v):
            return "inf" if v > 0 else "-inf"
        return "UNSET_DOUBLE" if v == UNSET_DOUBLE else repr(v)
    if isinstance(v, datetime.datetime):
        return f"datetime({v.isoformat()})"
    if isinstance(v, datetime.date):
        return f"date({v.isoformat()})"
    if isinstance(v, datetime.timezone):
        return f"timezone({v})"
    if depth > 6:
        return "..."
    if isinstance(v, tuple) and hasattr(v, "_fields"):
        inner = ", ".join(f"{f}={value_text(x, depth + 1)}" for f, x in zip(v._fields, v))
        return f"{type(v).__name__}({inner})"
    if isinstance(v, (list, tuple)):
        inner = ", ".join(value_text(x, depth + 1) for x in v)
        if isinstance(v, list):
            return f"[{inner}]"
        return f"({inner},)" if len(v) == 1 else f"({inner})"
    if isinstance(v, (set, frozenset)):
        inner = ", ".join(sorted(value_text(x, depth + 1) for x in v))
        return "{" + inner + "}" if inner else "set()"
    if isinstance(v, dict):
        inner = ", ".join(f"{value_text(k, depth + 1)}: {value_text(x, depth + 1)}" for k, x in v.items())
        return "{" + inner + "}"
    if isinstance(v, (types.GenericAlias, types.UnionType)):
        return "(type alias)"
    if isinstance(v, type):
        return f"<class {v.__name__}>"
    if isinstance(v, types.ModuleType):
        return "<module>"
    if isinstance(v, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        return f"<function {v.__name__}>"
    if dataclasses.is_dataclass(v) and is_record(type(v)):
        parts = []
        for f in dataclasses.fields(v):
            if not hasattr(v, f.name):
                continue
            text = value_text(getattr(v, f.name), depth + 1)
            if text != _field_default_value_text(f, depth + 1):
                parts.append(f"{f.name}={text}")
        return f"{type(v).__name__}({', '.join(parts)})"
    return f"<{type(v).__name__}>"


def is_record(cls) -> bool:
    """A dataclass of plain values, as opposed to one that is a live object."""
    return cls.__name__ not in {"Wrapper", "Watchdog", "IBC", "Event", "Slots", "Slot"}


def _field_default_value_text(f, depth=0) -> str:
    if f.default is not dataclasses.MISSING:
        return value_text(f.default, depth)
    if f.default_factory is not dataclasses.MISSING:
        try:
            return value_text(f.default_factory(), depth)
        except Exception as e:  # a factory that needs something we lack
            return f"<factory: {type(e).__name__}>"
    return "(none)"


def field_default_text(f) -> str:
    if f.default is not dataclasses.MISSING:
        return value_text(f.default)
    if f.default_factory is not dataclasses.MISSING:
        return "new " + _field_default_value_text(f)
    return "(none)"


def params_of(func, drop_first=False):
    sig = inspect.signature(func)
    params = list(sig.parameters.values())
    if (
        drop_first
        and params
        and params[0].kind
        in (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        )
    ):
        params = params[1:]
    return params, sig.return_annotation


def default_of(p) -> str | None:
    if p.default is inspect.Parameter.empty:
        return None
    if type(p.default).__name__ == "_HAS_DEFAULT_FACTORY_CLASS":
        return "<new>"
    return value_text(p.default)


def signature_text(params) -> str:
    out, star = [], False
    for p in params:
        if p.name.startswith("_") and p.default is not inspect.Parameter.empty:
            continue  # private
        if p.kind is p.VAR_POSITIONAL:
            out.append("*" + p.name)
            star = True
            continue
        if p.kind is p.VAR_KEYWORD:
            out.append("**" + p.name)
            continue
        if p.kind is p.KEYWORD_ONLY and not star:
            out.append("*")
            star = True
        d = default_of(p)
        out.append(p.name if d is None else f"{p.name}={d}")
    return "(" + ", ".join(out) + ")"


def split_signature(text: str) -> list[str]:
    """The inverse of signature_text, as far as a comparison needs it."""
    body, parts, depth, quote, cur = text[1:-1], [], 0, "", ""
    prev = ""
    for ch in body:
        if quote:
            cur += ch
            if ch == quote and prev != "\\":
                quote = ""
        elif ch in "'\"":
            quote = ch
            cur += ch
        elif ch in "([{<":
            depth += 1
            cur += ch
        elif ch in ")]}>":
            depth -= 1
            cur += ch
        elif ch == "," and depth == 0:
            parts.append(cur.strip())
            cur = ""
        else:
            cur += ch
        prev = ch
    if cur.strip():
        parts.append(cur.strip())
    return parts


def compare_signatures(want: str, have: str) -> str:
    """'' when a caller of ``want`` can call ``have`` unchanged, else what differs.

    Parameters beyond those of ``want`` are fine when they come after them and
    have a default.
    """
    w, h = split_signature(want), split_signature(have)

    def parse(parts):
        pos, kwonly, star, kw, after = [], {}, None, None, False
        for p in parts:
            if p.startswith("**"):
                kw = p
            elif p.startswith("*"):
                star, after = (p if len(p) > 1 else None), True
            else:
                name, eq, default = p.partition("=")
                item = (name, default if eq else None)
                if after:
                    kwonly[name] = item[1]
                else:
                    pos.append(item)
        return pos, kwonly, star, kw

    wp, wk, ws, wkw = parse(w)
    hp, hk, hs, hkw = parse(h)
    problems = []
    for i, (name, default) in enumerate(wp):
        if i >= len(hp):
            if name in hk:
                problems.append(f"parameter {name} is keyword-only")
            else:
                problems.append(f"no parameter {name}")
            continue
        hname, hdefault = hp[i]
        if hname != name:
            where = [n for n, _ in hp]
            if name in where:
                problems.append(f"parameter {name} is at place {where.index(name) + 1}, not {i + 1}")
            else:
                problems.append(f"parameter {i + 1} is {hname}, not {name}")
        elif hdefault != default:
            problems.append(
                f"default of {name} is {hdefault if hdefault is not None else '(none)'}, "
                f"not {default if default is not None else '(none)'}"
            )
    for name, default in hp[len(wp) :]:
        if ws:
            problems.append(f"positional parameter {name} stands before {ws}")
        elif default is None:
            problems.append(f"extra parameter {name} has no default")
    for name, default in wk.items():
        have_default = hk.get(name, dict(hp).get(name, "?"))
        if have_default == "?":
            problems.append(f"no keyword parameter {name}")
        elif have_default != default:
            problems.append(f"default of {name} is {have_default}, not {default}")
    for name, default in hk.items():
        if name not in wk and default is None and name not in dict(wp):
            problems.append(f"extra keyword parameter {name} has no default")
    if ws and not hs:
        problems.append(f"no {ws}")
    if wkw and not hkw:
        problems.append(f"no {wkw}")
    return "; ".join(problems)


def raw_function(static):
    return static.__func__ if isinstance(static, (staticmethod, classmethod)) else static


def callable_kind(static, name="") -> str:
    func = raw_function(static)
    if inspect.isasyncgenfunction(func):
        base = "async generator"
    elif inspect.iscoroutinefunction(func):
        base = "async method"
    elif _returns_awaitable(func) or (name.endswith("Async") and inspect.isfunction(func)):
        base = "awaitable method"
    else:
        base = "method"
    if isinstance(static, staticmethod):
        return "static " + base
    if isinstance(static, classmethod):
        return "class " + base
    return base


def _returns_awaitable(func) -> bool:
    a = getattr(func, "__annotations__", {}).get("return")
    if a is None:
        return False
    text = a if isinstance(a, str) else inspect.formatannotation(a)
    return bool(re.match(r"(?:[\w.]*\.)?(Awaitable|Future)\b", text))


def is_method_like(v) -> bool:
    return isinstance(
        v,
        (
            types.FunctionType,
            types.BuiltinFunctionType,
            types.MethodType,
            staticmethod,
            classmethod,
            types.MethodDescriptorType,
        ),
    ) or (callable(v) and not isinstance(v, type) and hasattr(v, "__wrapped__"))


def is_namedtuple(cls) -> bool:
    return isinstance(cls, type) and issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple)


def is_event_class(cls) -> bool:
    return any(b.__name__ == "Event" for b in cls.__mro__)


def style_of(cls) -> str:
    if is_namedtuple(cls):
        return "namedtuple"
    if issubclass(cls, enum.Enum):
        return "enum " + next(b.__name__ for b in cls.__mro__[1:] if b.__module__ == "enum")
    if is_event_class(cls):
        return "class"
    if dataclasses.is_dataclass(cls):
        p = getattr(cls, "__dataclass_params__", None)
        return "dataclass" + (" frozen" if p is not None and p.frozen else "")
    if issubclass(cls, BaseException):
        return "exception"
    return "class"


def class_tree(cls):
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None


def self_attributes(cls, methods=None) -> dict[str, str]:
    """Public names assigned on ``self`` -> 'event' or 'attribute', in source order."""
    tree = class_tree(cls)
    found: dict[str, str] = {}
    if tree is None:
        return found
    for fn in tree.body:
        if not isinstance(fn, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if methods and fn.name not in methods:
            continue
        if not fn.args.args:
            continue
        me = fn.args.args[0].arg
        for node in ast.walk(fn):
            targets = []
            if isinstance(node, ast.Assign):
                for t in node.targets:
                    targets += t.elts if isinstance(t, ast.Tuple) else [t]
            elif isinstance(node, ast.AnnAssign):
                targets = [node.target]
            for t in targets:
                if (
                    isinstance(t, ast.Attribute)
                    and isinstance(t.value, ast.Name)
                    and t.value.id == me
                    and not t.attr.startswith("_")
                ):
                    call = getattr(node, "value", None)
                    name = ""
                    if isinstance(call, ast.Call):
                        f = call.func
                        name = f.id if isinstance(f, ast.Name) else getattr(f, "attr", "")
                    kind = "event" if name.endswith("Event") else "attribute"
                    if found.get(t.attr) != "event":
                        found[t.attr] = kind
    return found


def kind_of(obj) -> str:
    if isinstance(obj, types.ModuleType):
        return "module"
    if isinstance(obj, (types.GenericAlias, types.UnionType)):
        return "constant"
    if isinstance(obj, type):
        return "class"
    if inspect.isroutine(obj):
        return "function"
    return "constant"


def probe_namespace(package: str) -> dict:
    pkg = importlib.import_module(package)
    ns = {}
    for n in getattr(pkg, "__all__", []):
        try:
            ns[n] = getattr(pkg, n)
        except (ImportError, AttributeError):  # a missing part is told by the checks of its own names
            continue
    ns.update(
        pkg=pkg,
        asyncio=importlib.import_module("asyncio"),
        dataclasses=dataclasses,
        datetime=datetime,
        json=importlib.import_module("json"),
        math=math,
        pickle=importlib.import_module("pickle"),
        copy=importlib.import_module("copy"),
        logging=logging,
    )
    for s in ("objects", "ticker", "order", "contract", "wrapper", "client", "ib"):
        try:
            ns.setdefault("m_" + s, importlib.import_module(f"{package}.{s}"))
        except ImportError:
            pass
    return ns


def run_probe(expression: str, package: str, want: str = "") -> str:
    """The value of an expression in words; statements may precede it, parted by ' ;; '.

    An exception goes by the name in `want` if it is of that class or derives from it.
    """
    ns = probe_namespace(package)
    *statements, last = [p.strip() for p in expression.split(";;")]
    logging.disable(logging.CRITICAL)
    try:
        for s in statements:
            exec(s, ns)
        v = eval(last, ns)
        return v if isinstance(v, str) and last.startswith("repr(") else value_text(v)
    except Exception as e:
        names = [c.__name__ for c in type(e).__mro__]
        return want if want.removeprefix("raises ") in names else f"raises {names[0]}"
    finally:
        logging.disable(logging.NOTSET)


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))
