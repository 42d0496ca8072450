"""Leaf values: how one field of a message is read and written, as text and as protobuf.

A `Kind` holds expressions, not functions, because the compiler writes them into straight-line code: `{x}` is the
bytes of a text field, `{v}` the Python value, `{r}` what the protobuf reader has at hand. The helpers that those
expressions name live here too. Knows nothing of messages.

The three spellings of "no value" in a text number are three kinds: `INT` reads empty as 0, `OPT_INT` reads empty as
unset and writes unset as empty, `LIT_INT` reads empty as unset and writes unset as the literal number (the same for
`FLOAT`). In protobuf an unset number, an empty text and a false flag are left out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from ibnb.contract import TagValue
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER, UNSET_LONG

INFINITY: Final = float("inf")
_DECIMAL_MARKS: Final = frozenset({2147483647.0, 9223372036854775807.0, -9223372036854775808.0})


# ---- text helpers, named by the expressions of the kinds -------------------------------------------------------------


def read_decimal(x: bytes) -> float:
    """Return a size or quantity as a float; empty and the four texts that mean "no value" give UNSET_DOUBLE."""
    value = float(x) if x else UNSET_DOUBLE
    return UNSET_DOUBLE if value in _DECIMAL_MARKS else value


class Memo(dict[Any, Any]):
    """What a function gave for each argument so far: `memo[x]` is `read(x)`, called once for each different `x`."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def __missing__(self, x: Any) -> Any:
        value = self[x] = self._read(x)
        return value


class KnownInts(dict[bytes, int]):
    """Short texts of whole numbers met so far and their values; past `LIMIT` of them, new ones are read each time."""

    LIMIT = 20_000

    def __missing__(self, text: bytes) -> int:
        value = int(text or 0)
        if len(self) < self.LIMIT and len(text) < 12:
            self[text] = value
        return value


class KnownTexts(dict[bytes, str]):
    """Short texts met so far, so that the objects of an answer share their symbols, currencies and accounts.

    Args:
        read: Reads a text that is not known; past `LIMIT` texts nothing is added.
    """

    LIMIT = 20_000

    def __init__(self, read: Callable[[bytes], str]) -> None:
        super().__init__({b"": ""})
        self._read = read

    def __missing__(self, text: bytes) -> str:
        value = self._read(text)
        if len(self) < self.LIMIT and len(text) < 24:
            self[text] = value
        return value


class KnownNumbers(dict[float, str]):
    """Numbers met so far and their texts in the model (multipliers)."""

    LIMIT = 1000

    def __missing__(self, v: float) -> str:
        text = number_text(v)
        if len(self) < self.LIMIT and v == v:
            self[v] = text
        return text


class Flags(dict[bytes, bool]):
    """The texts of a flag and their values: a look-up is three times as fast as reading a number."""

    def __missing__(self, text: bytes) -> bool:
        return int(text) != 0


def decimal_text(v: Any) -> str:
    """Return a size as the shortest plain decimal text (`100`, `0.5`), a Decimal with all its digits, unset empty."""
    if isinstance(v, float):
        if v == UNSET_DOUBLE or v != v:
            return ""
        if v.is_integer() and abs(v) < 1e22:
            return str(int(v))
        text = repr(v)
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(v, Decimal):
        return "" if v.is_nan() or float(v) == UNSET_DOUBLE else format(v, "f")
    return "" if v is None or v == UNSET_DOUBLE else decimal_text(float(v)) if not isinstance(v, int) else str(int(v))


def float_text(v: Any) -> str:
    """Return a number as Python writes it, infinity as TWS spells it."""
    if v == INFINITY:
        return "Infinity"
    if v != v or v is None:
        raise ValueError("nan and None are no numbers that TWS takes; use UNSET_DOUBLE for 'not given'")
    return str(+v)


def number(v: Any) -> float:
    """Return a number of a request for protobuf.

    Raises:
        ValueError: It is not a number, which no server takes.
    """
    if v != v:
        raise ValueError("nan is no number that TWS takes; use UNSET_DOUBLE for 'not given'")
    return v  # type: ignore[no-any-return]


def opt_float_text(v: Any) -> str:
    """Return a number, unset and None as empty."""
    return "" if v is None or v == UNSET_DOUBLE else float_text(v)


def lit_float_text(v: Any) -> str:
    """Return a number, None as the unset number."""
    return str(UNSET_DOUBLE) if v is None else float_text(v)


def strike_text(v: Any) -> str:
    """Return a strike; 0.0, which the model cannot tell from "not given", and unset are empty."""
    return "" if not v or v == UNSET_DOUBLE else float_text(v)


_ESCAPE: Final = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|U000([0-9a-fA-F]{5})|x([0-9a-fA-F]{2})|([\\'"abfnrtv]))""")
_ESCAPES: Final = dict(zip("\\'\"abfnrtv", "\\'\"\a\b\f\n\r\t\v"))
_HIDDEN: Final = re.compile(r"[^\t\n\r\x20-\x5b\x5d-\x7e]")


def unescape(x: bytes) -> str:
    r"""Return a text in which the server wrote other than plain characters as `\uXXXX` (since version 153)."""
    text = _ESCAPE.sub(
        lambda m: _ESCAPES[m[4]] if m[4] else chr(int(m[1] or m[2] or m[3], 16)), x.decode("utf-8", "backslashreplace")
    )
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not text.isascii() else text


def escape(v: str) -> str:
    r"""Return a text with everything but printable ASCII written as `\uXXXX`, backslashes doubled."""
    if v.isascii() and v.isprintable() and "\\" not in v:
        return v
    return _HIDDEN.sub(_escaped, v)


def _escaped(m: re.Match[str]) -> str:
    char = m[0]
    if char == "\\":
        return "\\\\"
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[k]:02x}{units[k + 1]:02x}" for k in range(0, len(units), 2))


def read_tags(x: bytes) -> list[TagValue]:
    """Return the tag-value list of `tag=value;` repeated."""
    pairs = (part.partition("=") for part in x.decode().split(";") if part)
    return [TagValue(tag, value) for tag, _, value in pairs]


def tags_text(tags: Any) -> str:
    """Return a tag-value list as `tag=value;` repeated."""
    return "".join(f"{t.tag}={t.value};" for t in tags or ())


def number_text(v: float) -> str:
    """Return a number that is a text in the model (multiplier): shortest, at most 8 decimals, unset empty."""
    if v == UNSET_DOUBLE:
        return ""
    if v != v or v in (INFINITY, -INFINITY):
        return str(v)
    return str(int(v)) if v == int(v) else f"{v:.8f}".rstrip("0")


def text_number(v: Any) -> float:
    """Return the number of a text of the model; the empty text is unset.

    Raises:
        ValueError: The text is no number.
    """
    return float(v) if v not in ("", None) else UNSET_DOUBLE


# ---- kinds -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to read and write a leaf.

    Attributes:
        name: For documentation and error texts ("not a number").
        load: Expression from the bytes `{x}` of a text field.
        dump: Expression from the value `{v}` to the text of the field.
        zero: Source of the value of an absent field.
        wire: How protobuf carries it: `varint`, `double`, `bytes` or `map`.
        has: Condition on `{v}` under which a protobuf field is sent.
        get: Expression from the raw protobuf value `{r}` to the Python value.
        put: Expression from `{v}` to what the protobuf writer takes (int, float, bytes).
    """

    name: str
    load: str
    dump: str
    zero: str
    wire: str
    has: str
    get: str = "{r}"
    put: str = "{v}"

    def but(self, **changes: str) -> "Kind":
        """Return this kind with some expressions exchanged."""
        return replace(self, **changes)


_INT = Kind(
    "a whole number", "int({x} or 0)", "str(int({v}))", "0", "varint", f"{{v}} != {UNSET_INTEGER}", put="int({v})"
)
_FLOAT = Kind("a number", "float({x} or 0)", "_float_text({v})", "0.0", "double", "{v} != _UNSET_DOUBLE")

INT: Final = _INT
# Numbers that repeat, such as request ids and types: looked up by their text, twice as fast as reading them.
SMALL: Final = _INT.but(load="_known[{x}]")
OPT_INT: Final = _INT.but(
    load=f"int({{x}} or {UNSET_INTEGER})",
    dump=f'("" if {{v}} is None or {{v}} == {UNSET_INTEGER} else str(int({{v}})))',
    zero=str(UNSET_INTEGER),
    has=f"{{v}} is not None and {{v}} != {UNSET_INTEGER}",
)
LIT_INT: Final = OPT_INT.but(dump=f"str({UNSET_INTEGER} if {{v}} is None else int({{v}}))")
LONG: Final = _INT.but(has=f"{{v}} != {UNSET_LONG}")
FLOAT: Final = _FLOAT
OPT_FLOAT: Final = _FLOAT.but(
    load="float({x} or _UNSET_DOUBLE)",
    dump="_opt_float_text({v})",
    zero="_UNSET_DOUBLE",
    has="{v} is not None and {v} != _UNSET_DOUBLE",
    put="_number({v})",
)
LIT_FLOAT: Final = OPT_FLOAT.but(dump="_lit_float_text({v})")
STRIKE: Final = _FLOAT.but(
    load="(0.0 if (_v := float({x} or 0)) == _UNSET_DOUBLE else _v)",
    dump="_strike_text({v})",
    has="{v} and {v} != _UNSET_DOUBLE",
)
DECIMAL: Final = Kind(
    "a decimal number",
    "(_v if -2147483648.0 < (_v := float({x} or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal({x}))",
    "_decimal_text({v})",
    "_UNSET_DOUBLE",
    "bytes",
    "{v} != _UNSET_DOUBLE",
    get="(_v if -2147483648.0 < (_v := float({r} or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal({r}))",
    put="_decimal_text({v}).encode()",
)
STR: Final = Kind("a text", "{x}.decode()", "{v}", '""', "bytes", "{v}", get="{r}.decode()", put="str({v}).encode()")
ESCAPED: Final = STR.but(
    load=r'({x}.decode() if b"\\" not in {x} else _unescape({x}))',
    dump="_escape({v})",
)
# Texts of which an answer holds few different ones, such as currencies and accounts: its objects share them.
CODE: Final = STR.but(load="_text[{x}]", get="_text[{r}]")
ESCAPED_CODE: Final = ESCAPED.but(load="_unescaped_text[{x}]", get="_text[{r}]")
BOOL: Final = Kind("a flag", "_flag[{x}]", '("1" if {v} else "0")', "False", "varint", "{v}", get="{r} != 0", put="1")
# A flag of three states: None = not given.
TRIBOOL: Final = BOOL.but(
    load="(int({x}) != 0 if {x} else None)",
    dump='("" if {v} is None else "1" if {v} else "0")',
    zero="None",
    has="{v} is not None",
    put="int({v})",
)
# A flag that other clients write as the words "true" and "false".
WORD_BOOL: Final = BOOL.but(load='{x}.lower() in (b"true", b"1")', dump='("true" if {v} else "false")')
TAGS: Final = Kind("a list of tag=value;", "_read_tags({x})", "_tags_text({v})", "[]", "map", "{v}")

# The same text forms with another protobuf form.
FLAG_INT: Final = INT.but(has="{v}", get="int({r} != 0)", put="1")
NUMBER_STR: Final = STR.but(
    wire="double",
    has='{v} != "" and _text_number({v}) != _UNSET_DOUBLE',
    load="_text[{x}]",
    get="_number_texts[{r}]",
    put="_text_number({v})",
)
MARGIN_STR: Final = NUMBER_STR.but(get="str({r})")
DOUBLE_INT: Final = INT.but(wire="double", get="_whole({r})", put="float({v})")
TEXT_FLOAT: Final = FLOAT.but(wire="bytes", get="float({r} or 0)", put="_float_text({v}).encode()")
TEXT_INT: Final = INT.but(wire="bytes", has="{v}", get="int({r} or 0)", put="str(int({v})).encode()")

# Protobuf only: None = absent, so that an explicit false, zero or empty text can be told apart (settings).
MAYBE_BOOL: Final = TRIBOOL
MAYBE_INT: Final = INT.but(zero="None", has="{v} is not None")
MAYBE_STR: Final = STR.but(zero="None", has="{v} is not None")


def whole(v: float) -> float:
    """Return an integral double as an int, since the model and the text form hold an int; others stay as they are."""
    return int(v) if v.is_integer() else v


NAMESPACE: Final[dict[str, Any]] = {
    "_UNSET_DOUBLE": UNSET_DOUBLE,
    "_known": KnownInts(),
    "_text": KnownTexts(bytes.decode),
    "_unescaped_text": KnownTexts(unescape),
    "_number_texts": KnownNumbers(),
    "_flag": Flags({b"": False, b"0": False, b"1": True}),
    "_read_decimal": read_decimal,
    "_decimal_text": decimal_text,
    "_float_text": float_text,
    "_number": number,
    "_opt_float_text": opt_float_text,
    "_lit_float_text": lit_float_text,
    "_strike_text": strike_text,
    "_unescape": unescape,
    "_escape": escape,
    "_read_tags": read_tags,
    "_tags_text": tags_text,
    "_text_number": text_number,
    "_whole": whole,
}
"""The helpers that expressions of kinds name, for the namespace of compiled code."""
