"""Requests that wait for their answer: by request id, or by name for those that have none. Each ends once: in a result
or an error.

Answers are handed over at the end of the packet, after its events have been queued, so that a blocking call that
returns has had them delivered. Futures are `concurrent.futures`: the api layer turns them into awaitables or blocks on
them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ibnb.contract import Contract

Key: TypeAlias = int | str


@dataclass(slots=True, eq=False)
class Pending:
    """One request under way; several callers may wait for the same."""

    key: Key
    what: str
    contract: Contract | None = None
    results: Any = None
    on_cancel: Callable[[], None] | None = None
    futures: list[Future[Any]] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)  # called once it has ended, however it did


class Requests:
    """All requests under way. Every method is called with the store's lock held."""

    def __init__(self) -> None:
        self._pending: dict[Key, Pending] = {}
        self._ended: list[tuple[Pending, Any, BaseException | None]] = []

    def __contains__(self, key: object) -> bool:
        return key in self._pending

    def __len__(self) -> int:
        return len(self._pending)

    def get(self, key: Key) -> Pending | None:
        """Return the pending request of that key."""
        return self._pending.get(key)

    def start(
        self,
        key: Key,
        what: str,
        *,
        contract: Contract | None = None,
        results: Any = None,
        on_cancel: Callable[[], None] | None = None,
    ) -> tuple[Future[Any], bool]:
        """Return the future of the answer, and whether the request is new (else one under way is shared)."""
        pending = self._pending.get(key)
        is_new = pending is None
        if pending is None:
            pending = self._pending[key] = Pending(key, what, contract, results, on_cancel)
        future: Future[Any] = Future()
        pending.futures.append(future)
        return future, is_new

    def drop(self, key: Key, future: Future[Any]) -> Pending | None:
        """Forget one waiter.

        Return the request when it was the last one (it is then to be cancelled at the gateway).
        """
        pending = self._pending.get(key)
        if pending is None or future not in pending.futures:
            return None
        pending.futures.remove(future)
        if pending.futures:
            return None
        del self._pending[key]
        for begin in pending.after:
            begin()
        return pending

    def finish(self, key: Key, result: Any = None) -> bool:
        """End a request with `result`, or with the results it has gathered; return whether there was one."""
        pending = self._pending.pop(key, None)
        if pending is None:
            return False
        self._ended.append((pending, pending.results if result is None else result, None))
        return True

    def fail(self, key: Key, error: BaseException) -> bool:
        """End a request with an error; return whether there was one."""
        pending = self._pending.pop(key, None)
        if pending is None:
            return False
        self._ended.append((pending, None, error))
        return True

    def fail_named(self, name: str, error: BaseException) -> None:
        """End the requests whose name begins so with an error: their answer has no id."""
        for key in self._named(name):
            self.fail(key, error)

    def finish_named(self, name: str) -> None:
        """End the requests whose name begins so with what they have: they were refused, and refusals have no id."""
        for key in self._named(name):
            self.finish(key)

    def _named(self, name: str) -> list[Key]:
        return [key for key in self._pending if isinstance(key, str) and key.startswith(name)]

    def fail_all(self, make_error: Callable[[Pending], BaseException]) -> None:
        """End every request with its own error (the connection is gone)."""
        for pending in list(self._pending.values()):
            self.fail(pending.key, make_error(pending))

    def hand_over(self) -> None:
        """Resolve the futures of what has ended since the last call."""
        if not self._ended:
            return
        ended, self._ended = self._ended, []
        for pending, result, error in ended:
            for future in pending.futures:
                try:
                    if error is not None:
                        future.set_exception(error)
                    else:
                        future.set_result(result)
                except InvalidStateError:
                    pass  # cancelled meanwhile
            for begin in pending.after:
                begin()
