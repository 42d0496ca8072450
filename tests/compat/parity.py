# ruff: noqa: T201, BLE001 - a command line tool; whatever a package under test raises is a finding
"""Compares the public API of a package with the facts of ib_async 2.1.0 in `facts/`.

    python tests/compat/parity.py [--package ibnb] [--layer user|engine] [--probes] [--only GLOB] [--max N]

Prints what is missing or differs, then 'NNNN of MMMM': how many facts hold, of how many. Exits with 0 only when every
fact holds or is named, with a reason, in allow.csv; with 1 when something is missing, with 2 when the check itself
could not be made.

What counts: every name, its kind and, for constants, its value; every member, the names, order and defaults of its
parameters, whether it is a coroutine function; every field and its default; base classes; events. More than that is
fine: further names, further members, further parameters or fields after the known ones when they have a default.
Annotations are not compared. Probes are expressions and what they give; statements before them are parted by
`;;`, and an exception may be of a class derived from the expected one.
"""

import argparse
import ast
import collections
import csv
import dataclasses
import fnmatch
import importlib
import inspect
import os
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import wording as facts  # noqa: E402

FACTS = os.path.join(HERE, "facts")
ALLOW = os.path.join(HERE, "allow.csv")

MISSING = object()


class Subject:
    """The package under test."""

    def __init__(self, package: str):
        self.name = package
        self.pkg = importlib.import_module(package)
        self._instances: dict[str, object] = {}
        self.failures: dict[str, str] = {}
        self._submodules: dict[str, object] = {}

    def submodule(self, name):
        if name not in self._submodules:
            try:
                mod = importlib.import_module(f"{self.name}.{name}")
            except ImportError as e:
                # a module object under that name on the package will do for attribute access
                mod = e
            self._submodules[name] = mod
        return self._submodules[name]

    def resolve(self, path):
        """The object a dotted name of names.csv stands for, or MISSING."""
        head, _, rest = path.partition(".")
        if not rest:
            return getattr(self.pkg, head, MISSING)
        mod = self.submodule(head)
        return MISSING if isinstance(mod, Exception) else getattr(mod, rest, MISSING)

    def instance(self, path, cls):
        if path not in self._instances:
            try:
                self._instances[path] = self._make(path, cls)
            except Exception as e:
                self._instances[path] = None
                self.failures[path] = f"{type(e).__name__}: {e}"
        return self._instances[path]

    def _make(self, path, cls):
        p = self.pkg
        if path in ("IB", "Client", "Wrapper", "connection.Connection", "decoder.Decoder"):
            ib = self._instances.get("IB") or p.IB()
            self._instances["IB"] = ib
            return {
                "IB": lambda: ib,
                "Client": lambda: ib.client,
                "Wrapper": lambda: ib.wrapper,
                "connection.Connection": lambda: ib.client.conn,
                "decoder.Decoder": lambda: ib.client.decoder,
            }[path]()
        if path == "Watchdog":
            return cls(p.IBC(), p.IB())
        if path == "RequestError":
            return cls(1, 2, "text")
        if path == "ticker.TimeBars":
            return cls(p.Event("timer"))
        if path in ("ticker.TickBars", "ticker.VolumeBars"):
            return cls(1)
        if path in ("ticker.Tickfilter", "ticker.Midpoints"):
            return cls((1,))
        if path == "util.timeit":
            made = cls("x")
            made.__enter__()
            return made
        return cls()


# ---------------------------------------------------------------- names


def check_name(s: Subject, r) -> str:
    name, kind = r["name"], r["kind"]
    if kind == "module":
        mod = s.submodule(name)
        if isinstance(mod, Exception):
            return f"cannot import {s.name}.{name}: {mod}"
        if r["scope"] == "export" and getattr(s.pkg, name, None) is None:
            return f"{name} is no attribute of {s.name}"
        if r["scope"] == "export" and name not in getattr(s.pkg, "__all__", ()):
            return "not in __all__"
        return ""
    obj = s.resolve(name)
    if obj is MISSING:
        return "missing"
    if r["scope"] == "export" and name not in getattr(s.pkg, "__all__", ()):
        return "not in __all__"
    have = facts.kind_of(obj)
    if have != kind:
        return f"is a {have}, not a {kind}"
    if r["same_as"] and obj is not s.resolve(r["same_as"]):
        return f"is not the same object as {s.name}.{r['same_as']}"
    if kind == "constant" and r["value"] not in ("(varies)", "(type alias)"):
        text = facts.value_text(obj)
        if text != r["value"] and not contains(text, r["value"]):
            return f"is {shorten(text)}, not {shorten(r['value'])}"
    return ""


def contains(have: str, want: str) -> bool:
    """A dict literal that has all of another's items."""
    if not (have.startswith("{") and want.startswith("{")):
        return False
    try:
        h, w = ast.literal_eval(have), ast.literal_eval(want)
    except (ValueError, SyntaxError):
        return False
    return isinstance(h, dict) and isinstance(w, dict) and w.items() <= h.items()


def shorten(text, n=90):
    return text if len(text) <= n else text[: n - 3] + "..."


# ---------------------------------------------------------------- members


def check_member(s: Subject, r) -> str:
    path, member, kind = r["class"], r["member"], r["kind"]
    if kind.endswith("function") or (path == "util" and kind.endswith("generator")):
        mod = s.submodule(path)
        if isinstance(mod, Exception):
            return f"cannot import {s.name}.{path}"
        f = getattr(mod, member, MISSING)
        if f is MISSING:
            return "missing"
        if not callable(f):
            return "is not callable"
        have_kind = facts.callable_kind(f, member).replace("method", "function")
        return kind_differs(kind, have_kind) or compare_call(r["signature"], f, False)

    cls = s.resolve(path)
    if cls is MISSING:
        return f"no class {path}"
    if not isinstance(cls, type):
        return f"{path} is no class"
    return MEMBER_CHECKS.get(kind, check_callable)(s, cls, r)


def compare_call(want: str, func, drop_first) -> str:
    try:
        params, _ = facts.params_of(func, drop_first)
    except (ValueError, TypeError) as e:
        return f"has no readable signature ({e})"
    have = facts.signature_text(params)
    if have == want:
        return ""
    problems = facts.compare_signatures(want, have).split("; ")
    more = [f"and {len(problems) - 3} more"] if len(problems) > 3 else []
    return "; ".join(problems[:3] + more)


def kind_differs(want: str, have: str) -> str:
    if want == have:
        return ""
    w_static = want.startswith(("static ", "class "))
    h_static = have.startswith(("static ", "class "))
    w, h = want.split(" ", 1)[1] if w_static else want, have.split(" ", 1)[1] if h_static else have
    if w_static and not h_static:
        return "cannot be called on the class"
    if w == h:
        return ""
    words = {
        "async": "a coroutine function",
        "awaitable": "a plain function that returns a future",
        "method": "a plain function",
        "function": "a plain function",
    }

    def say(k):
        return "an async generator" if "generator" in k else words.get(k.split(" ")[0], k)

    if say(w) == say(h):
        return ""
    return f"is {say(h)}, not {say(w)}"


def check_callable(s, cls, r) -> str:
    static = inspect.getattr_static(cls, r["member"], MISSING)
    if static is MISSING:
        return "missing"
    if isinstance(static, property):
        return "is a property, not a method"
    bound_to_class = isinstance(static, (staticmethod, classmethod))
    func = facts.raw_function(static)
    if not callable(func):
        return "is not callable"
    problem = kind_differs(r["kind"], facts.callable_kind(static, r["member"]))
    if problem:
        return problem
    drop = not isinstance(static, staticmethod) and not (
        not bound_to_class and not isinstance(func, types.FunctionType) and not hasattr(func, "__get__")
    )
    return compare_call(r["signature"], func, drop)


def check_constructor(s, cls, r) -> str:
    return compare_call(r["signature"], cls, False)


def check_style(s, cls, r) -> str:
    want, have = r["default"], facts.style_of(cls)
    if want in ("class", have):
        return ""
    return f"is a {have}, not a {want}"


def check_base(s, cls, r) -> str:
    want = r["member"]
    for b in cls.__mro__[1:]:
        if b.__name__ == want:
            mine = getattr(s.pkg, want, b)
            return "" if mine is b else f"derives from another {want} than {s.name}.{want}"
    return f"does not derive from {want}"


def check_operator(s, cls, r) -> str:
    n = r["member"]
    v = getattr(cls, n, None)
    if v is None or v is getattr(object, n, MISSING):
        return "missing"
    return ""


def check_class_attribute(s, cls, r) -> str:
    n, want = r["member"], r["default"]
    v = getattr(cls, n, MISSING)
    if v is MISSING:
        return "missing"
    if n == "events":
        try:
            lacking = [e for e in ast.literal_eval(want) if e not in v]
        except (ValueError, TypeError):
            return "is no sequence of names"
        return f"lacks {', '.join(lacking)}" if lacking else ""
    have = facts.value_text(v)
    return "" if have == want else f"is {shorten(have)}, not {shorten(want)}"


def check_enum_member(s, cls, r) -> str:
    m = getattr(cls, r["member"], MISSING)
    if m is MISSING:
        return "missing"
    have = repr(getattr(m, "value", m))
    return "" if have == r["default"] else f"is {have}, not {r['default']}"


def check_property(s, cls, r) -> str:
    v = inspect.getattr_static(cls, r["member"], MISSING)
    if v is MISSING:
        return check_attribute(s, cls, r)
    return "is a method" if facts.is_method_like(v) else ""


def check_field(s, cls, r) -> str:
    n, want = r["member"], r["default"]
    if dataclasses.is_dataclass(cls):
        for f in dataclasses.fields(cls):
            if f.name == n:
                if want == "(set by the class)":
                    return ""
                have = facts.field_default_text(f)
                return "" if have == want else f"default is {have}, not {want}"
    elif facts.is_namedtuple(cls) and n in cls._fields:
        d = cls._field_defaults.get(n, MISSING)
        have = "(none)" if d is MISSING else facts.value_text(d)
        return "" if have == want else f"default is {have}, not {want}"
    if want == "(set by the class)":
        return check_attribute(s, cls, r)
    return "missing"


def check_attribute(s, cls, r) -> str:
    n = r["member"]
    obj = s.instance(r["class"], cls)
    if obj is not None and hasattr(obj, n):
        return ""
    for c in cls.__mro__:
        if n in vars(c) or n in inspect.get_annotations(c):
            return ""
        if c.__module__.split(".")[0] == s.name and n in facts.self_attributes(c):
            return ""
    return "missing"


def check_event(s, cls, r) -> str:
    n = r["member"]
    obj = s.instance(r["class"], cls)
    if obj is None:
        problem = check_attribute(s, cls, r)
        return problem and f"missing (no {r['class']} could be made: {s.failures[r['class']]})"
    v = getattr(obj, n, MISSING)
    if v is MISSING:
        return "missing"
    lacking = [m for m in ("connect", "disconnect", "emit", "__iadd__", "__isub__") if not hasattr(v, m)]
    if lacking:
        return f"is no event: lacks {', '.join(lacking)}"
    event = getattr(s.pkg, "Event", None)
    if isinstance(event, type) and not isinstance(v, event):
        return f"is no {s.name}.Event"
    return ""


MEMBER_CHECKS = {
    "constructor": check_constructor,
    "style": check_style,
    "base": check_base,
    "operator": check_operator,
    "class attribute": check_class_attribute,
    "enum member": check_enum_member,
    "property": check_property,
    "field": check_field,
    "attribute": check_attribute,
    "event": check_event,
}


# ---------------------------------------------------------------- allow-list


def read_allow(path):
    """[(glob, reason)] of a CSV with the columns item,reason; '#' starts a comment."""
    if not os.path.exists(path):
        return []
    out = []
    with open(path, newline="", encoding="utf-8") as f:
        lines = [line for line in f if line.strip() and not line.lstrip().startswith("#")]
    for r in csv.DictReader(lines):
        item, reason = (r.get("item") or "").strip(), (r.get("reason") or "").strip()
        if not item:
            continue
        if not reason:
            print(f"allow-list: no reason for {item}")
            sys.exit(2)
        out.append((item, reason))
    return out


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--package", default="ibnb")
    ap.add_argument("--facts", default=FACTS, help="folder of names.csv and members.csv")
    ap.add_argument("--allow", default=ALLOW, help="CSV of item,reason")
    ap.add_argument("--layer", choices=["user", "engine"], help="only the facts of this layer")
    ap.add_argument("--only", help="only items matching this glob, such as 'IB.*'")
    ap.add_argument("--probes", action="store_true", help="also the expressions of probes.csv")
    ap.add_argument("--max", type=int, default=0, help="print at most so many findings")
    args = ap.parse_args()

    try:
        names = facts.read_csv(os.path.join(args.facts, "names.csv"))
        members = facts.read_csv(os.path.join(args.facts, "members.csv"))
        probes = facts.read_csv(os.path.join(args.facts, "probes.csv")) if args.probes else []
    except OSError as e:
        print(f"no facts: {e}")
        return 2
    try:
        subject = Subject(args.package)
    except Exception as e:
        print(f"cannot import {args.package}: {type(e).__name__}: {e}")
        print(f"0 of {len(names) + len(members) + len(probes)}")
        return 1

    work = [("name", r["name"], r, check_name) for r in names]
    work += [("member", f"{r['class']}.{r['member']}", r, check_member) for r in members]
    if args.layer:
        work = [w for w in work if w[2]["layer"] == args.layer]
    for r in probes:
        if args.layer in (None, "engine" if r["group"] == "engine" else "user"):
            work.append(("probe", "probe:" + r["expression"], r, check_probe))
    if args.only:
        work = [w for w in work if fnmatch.fnmatchcase(w[1], args.only)]

    allow = read_allow(args.allow)
    used = collections.Counter()
    good, allowed, findings = 0, 0, []
    absent = collections.Counter()
    for what, item, r, check in work:
        try:
            problem = check(subject, r)
        except Exception as e:
            problem = f"could not be checked: {type(e).__name__}: {e}"
        if not problem:
            good += 1
            continue
        hit = next((a for a in allow if item == a[0] or fnmatch.fnmatchcase(item, a[0])), None)
        if hit:
            allowed += 1
            used[hit[0]] += 1
        elif problem.startswith("no class "):
            absent[r["class"]] += 1
        else:
            findings.append((what, item, problem))

    for i, (what, item, problem) in enumerate(findings):
        if args.max and i == args.max:
            print(f"... and {len(findings) - i} more")
            break
        print(f"{what:6} {shorten(item.removeprefix('probe:'), 130)}: {problem}")
    for cls, n in absent.items():
        print(f"member {cls}.*: {n} members not looked at, there is no such class")
    for item, reason in allow:
        if used[item]:
            print(f"allowed {item}: {used[item]} ({reason})")
        elif not (args.only or args.layer or (item.startswith("probe:") and not args.probes)):
            print(f"allow-list entry without use: {item}")
    by = collections.Counter(w for w, _, _ in findings)
    by["member"] += sum(absent.values())
    print(
        f"{by['name']} names, {by['member']} members"
        + (f", {by['probe']} probes" if args.probes else "")
        + f" missing or different; {allowed} allowed"
    )
    print(f"{good} of {len(work)}")
    return 0 if good + allowed == len(work) else 1


def check_probe(s, r) -> str:
    have = facts.run_probe(r["expression"], s.name, r["result"])
    return "" if have == r["result"] else f"gives {shorten(have)}, not {shorten(r['result'])}"


if __name__ == "__main__":
    sys.exit(main())
