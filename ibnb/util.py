"""Small helpers around the API: tables and trees of records, a plain bar plot, logging, time and the event loop.

The names and signatures are those of ib_async. What runs or waits on a loop is done by `ibnb.net.calls`, and pandas,
matplotlib and Qt are loaded by the functions that need them, so that this module stays cheap to import.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from ibnb.records import (
    dataclassAsDict,
    dataclassAsTuple,
    dataclassNonDefaults,
    dataclassRepr,
    dataclassUpdate,
)
from ibnb.values import (
    EPOCH,
    UNSET_DOUBLE,
    UNSET_INTEGER,
    Time_t,
    formatIBDatetime,
    formatSI,
    isNan,
    parseIBDatetime,
)

if TYPE_CHECKING:
    import asyncio

    import pandas as pd
    from eventkit import Event

    globalErrorEvent: Event

__all__ = [
    "EPOCH",
    "UNSET_DOUBLE",
    "UNSET_INTEGER",
    "Time_t",
    "allowCtrlC",
    "barplot",
    "dataclassAsDict",
    "dataclassAsTuple",
    "dataclassNonDefaults",
    "dataclassRepr",
    "dataclassUpdate",
    "df",
    "formatIBDatetime",
    "formatSI",
    "getLoop",
    "globalErrorEvent",
    "isNan",
    "isnamedtupleinstance",
    "logToConsole",
    "logToFile",
    "parseIBDatetime",
    "patchAsyncio",
    "run",
    "schedule",
    "sleep",
    "startLoop",
    "timeRange",
    "timeRangeAsync",
    "timeit",
    "tree",
    "useQt",
    "waitUntil",
    "waitUntilAsync",
]

_LOG_FORMAT = "%(asctime)s %(name)s %(levelname)s %(message)s"


def __getattr__(name: str) -> Any:
    if name == "globalErrorEvent":
        # emits the exception that made a blocking call fail from within the loop; made at first use
        from eventkit import Event

        return globals().setdefault(name, Event("globalErrorEvent"))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# ---- records


def df(objs: Any, labels: list[str] | None = None) -> pd.DataFrame | None:
    """Return a frame with one row for each object and one column for each of their fields.

    Args:
        objs: Dataclass instances, named tuples, other tuples or objects with attributes, all of one kind; lists that
            can make a frame by themselves (`to_frame`) do so.
        labels: Keep only these columns.

    Returns:
        The frame, with plain rows 0, 1, ...; None if there are no objects.
    """
    make = getattr(objs, "to_frame", None)
    if make is not None:
        frame: pd.DataFrame | None = make() if len(objs) else None
    else:
        objs = list(objs) if objs is not None else []
        frame = _frame(objs) if objs else None
    if frame is None or labels is None:
        return frame
    return frame[[name for name in frame.columns if name in labels]]


def _frame(objs: list[Any]) -> pd.DataFrame:
    """Return the frame of a list that is not empty."""
    import pandas as pd

    first = objs[0]
    if hasattr(first, "__dataclass_fields__"):
        return pd.DataFrame({name: _column(map(attrgetter(name), objs)) for name in dataclassAsDict(first)})
    if isnamedtupleinstance(first):
        return pd.DataFrame({name: _column(map(itemgetter(k), objs)) for k, name in enumerate(first._fields)})
    if hasattr(first, "__dict__"):
        return pd.DataFrame([vars(obj) for obj in objs])
    return pd.DataFrame.from_records(objs)


def _column(values: Iterable[Any]) -> Any:
    """Return the values as what a frame would make of them, in less time where all are floats or datetimes."""
    import numpy as np
    import pandas as pd

    found = list(values)
    kinds = set(map(type, found))
    if kinds == {float}:
        return np.array(found)
    if kinds == {dt.datetime}:
        with contextlib.suppress(ValueError):  # of several zones
            return pd.DatetimeIndex(found)
    return found


def isnamedtupleinstance(x: Any) -> bool:
    """Tell whether an object is an instance of a named tuple."""
    return isinstance(x, tuple) and all(isinstance(name, str) for name in getattr(x, "_fields", (0,)))


def tree(obj: Any) -> Any:
    """Turn an object into plain dicts and lists that can be written as JSON.

    A dataclass instance becomes {class: {field: value}} with the fields that differ from their defaults, a named tuple
    {field: value}, a date its ISO text, a set or other collection a list; numbers, texts and bytes stay, and anything
    else becomes its text.
    """
    if obj is None or isinstance(obj, (bool, int, float, str, bytes)):
        return obj
    if isinstance(obj, (dt.date, dt.time)):
        return obj.isoformat()
    if isinstance(obj, dict):
        return {key: tree(value) for key, value in obj.items()}
    if isnamedtupleinstance(obj):
        return {name: tree(getattr(obj, name)) for name in obj._fields}
    if isinstance(obj, (list, tuple, set, frozenset)):
        return [tree(item) for item in obj]
    if hasattr(obj, "__dataclass_fields__") and not isinstance(obj, type):
        given = dataclassNonDefaults(obj)
        return {type(obj).__qualname__: {name: tree(value) for name, value in given.items()}}
    return str(obj)


def barplot(bars: Any, title: str = "", upColor: str = "blue", downColor: str = "red") -> Any:
    """Draw bars with matplotlib, in the order of the list.

    Args:
        bars: Bars with open, high, low and close, or a frame with these columns.
        title: Title of the plot.
        upColor: Colour of bars that close above their open.
        downColor: Colour of the others.

    Returns:
        The matplotlib Figure.

    Raises:
        ImportError: matplotlib is not installed; `bars.chart()` draws without it.
    """
    from importlib import import_module

    try:
        figure, axes = import_module("matplotlib.pyplot").subplots()
        line, rectangle = import_module("matplotlib.lines").Line2D, import_module("matplotlib.patches").Rectangle
    except ImportError as error:
        raise ImportError("barplot needs matplotlib: pip install matplotlib; bars.chart() does without it") from error

    axes.set_title(title)
    axes.grid(True)
    width = 0.5
    for n, (open_, high, low, close) in enumerate(_prices(bars)):
        color = upColor if close > open_ else downColor
        axes.add_line(line((n, n), (low, high), color=color, linewidth=1))
        axes.add_patch(rectangle((n - width / 2, min(open_, close)), width, abs(close - open_), color=color))
    axes.autoscale_view()
    return figure


def _prices(bars: Any) -> list[tuple[float, float, float, float]]:
    """Return (open, high, low, close) of each bar."""
    if hasattr(bars, "columns") and hasattr(bars, "itertuples"):
        opens = "open_" if "open_" in bars.columns else "open"
        return [tuple(row) for row in bars[[opens, "high", "low", "close"]].itertuples(index=False)]
    return [(b.open_ if hasattr(b, "open_") else b.open, b.high, b.low, b.close) for b in bars]


# ---- process


def allowCtrlC() -> None:
    """Let Ctrl-C end the process at once, as Python does not react to it while some GUI loops run."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)


def logToFile(path: str, level: int = logging.INFO) -> None:
    """Write the log to a file, in addition to what the log does already.

    If nobody has set up logging, all of the program's log goes there, otherwise only that of this package.

    Args:
        path: The file; it is appended to.
        level: Least level that is written.
    """
    _log_to(logging.FileHandler(path, encoding="utf-8"), level)


def logToConsole(level: int = logging.INFO) -> None:
    """Write the log to the console; calling it again changes the level.

    If nobody has set up logging, all of the program's log is written, otherwise only that of this package.

    Args:
        level: Least level that is written.
    """
    for logger in (logging.getLogger(), logging.getLogger("ibnb")):
        for handler in logger.handlers[:]:
            if getattr(handler, "ibnb_console", False):
                logger.removeHandler(handler)
    console = logging.StreamHandler()
    console.ibnb_console = True  # type: ignore[attr-defined]
    _log_to(console, level)


def _log_to(handler: logging.Handler, level: int) -> None:
    """Add a handler to the root logger if that is bare, else to the one of this package."""
    handler.setFormatter(logging.Formatter(_LOG_FORMAT))
    root, own = logging.getLogger(), logging.getLogger("ibnb")
    logger = own if any(not getattr(h, "ibnb_log", False) for h in root.handlers) else root
    handler.ibnb_log = True  # type: ignore[attr-defined]
    handler.setLevel(level)
    logger.addHandler(handler)
    levels = [h.level for h in logger.handlers if getattr(h, "ibnb_log", False)]
    logger.setLevel(min(levels))


class timeit:
    """Context that writes how long its block took to the standard output.

    Args:
        title: What to call the block.
    """

    def __init__(self, title: str = "Run") -> None:
        self.title = title
        self.t0 = 0.0

    def __enter__(self) -> timeit:
        self.t0 = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        took = time.perf_counter() - self.t0
        sys.stdout.write(f"{self.title} took {formatSI(took)}s\n")


def useQt(qtLib: str = "PyQt5", period: float = 0.01) -> None:
    """Let a Qt user interface live beside this package: Qt's events are handled every `period` seconds.

    They are handled whenever the program waits in this package or lets its event loop run.

    Args:
        qtLib: `PyQt5`, `PyQt6`, `PySide2` or `PySide6`.
        period: Seconds between two turns.

    Raises:
        RuntimeError: The library is none of these.
        ImportError: The library is not installed.
    """
    if qtLib not in ("PyQt5", "PyQt6", "PySide2", "PySide6"):
        raise RuntimeError(f"unknown Qt library {qtLib!r}; use PyQt5, PyQt6, PySide2 or PySide6")
    from importlib import import_module

    widgets = import_module(f"{qtLib}.QtWidgets")
    app = widgets.QApplication.instance() or widgets.QApplication(sys.argv)
    useQt.application = app  # type: ignore[attr-defined]  # Qt ends when nobody holds the application

    def turn() -> None:
        app.processEvents()
        schedule(dt.datetime.now() + dt.timedelta(seconds=period), turn)

    turn()


# ---- event loop


def run(*awaitables: Awaitable[Any], timeout: float | None = None) -> Any:
    """Run awaitables until they are done and return the result, a list of results for several.

    Without any, run the event loop until the program is stopped.

    Args:
        awaitables: Coroutines or futures, run together.
        timeout: Seconds until TimeoutError is raised; None waits for ever.
    """
    from ibnb.net import calls

    return calls.run(*awaitables, timeout=timeout)


def schedule(time: Time_t, callback: Callable[..., Any], *args: Any) -> Any:
    """Call a function at a time (a time of day means today) and return a handle with `cancel()`."""
    from ibnb.net import calls

    return calls.schedule(time, callback, *args)


def sleep(secs: float = 0.02) -> bool:
    """Wait for so many seconds while messages are handled; returns True."""
    from ibnb.net import calls

    return calls.sleep(secs)


def timeRange(start: Time_t, end: Time_t, step: float) -> Iterator[dt.datetime]:
    """Yield the times from `start` to `end`, every `step` seconds, each when it comes; those gone by are left out."""
    from ibnb.net import calls

    return calls.timeRange(start, end, step)


def waitUntil(t: Time_t) -> bool:
    """Wait until a time (a time of day means today) while messages are handled; returns True."""
    from ibnb.net import calls

    return calls.waitUntil(t)


async def timeRangeAsync(start: Time_t, end: Time_t, step: float) -> AsyncIterator[dt.datetime]:
    """Yield the times as `timeRange` does, without blocking."""
    from ibnb.net import calls

    async for moment in calls.timeRangeAsync(start, end, step):
        yield moment


async def waitUntilAsync(t: Time_t) -> bool:
    """Wait as `waitUntil` does, without blocking."""
    from ibnb.net import calls

    return await calls.waitUntilAsync(t)


def patchAsyncio() -> None:
    """Let event loops be entered again from within, for code of your own that needs it; this package does not."""
    from ibnb.net import calls

    calls.patchAsyncio()


def getLoop() -> asyncio.AbstractEventLoop:
    """Return the event loop of the current thread."""
    from ibnb.net import calls

    return calls.getLoop()


def startLoop() -> None:
    """Do nothing: kept for notebooks written for ib_async, which must call it before anything else."""
    from ibnb.net import calls

    calls.startLoop()
