"""Request ids: each above every id that was given out or seen, as orders and requests share one number space."""

from ibnb.errors import LocalProtocolError

MAX_ID = 2**31 - 1


class RequestIds:
    """Gives out ids.

    Args:
        first: The least id to give out.
    """

    __slots__ = ("_next",)

    def __init__(self, first: int = 1) -> None:
        self._next = first

    def next(self) -> int:
        """Return an id that is above all ids so far.

        Raises:
            LocalProtocolError: The ids of 32 bits are used up; the server can reset them (API settings).
        """
        if self._next >= MAX_ID:
            raise LocalProtocolError(f"all ids up to {MAX_ID} are used; reset the API order id sequence in TWS")
        self._next += 1
        return self._next - 1

    def seen(self, used: int) -> None:
        """Note an id that somebody else used, so that later ones lie above it; unset ids are no ids."""
        if self._next <= used < MAX_ID:
            self._next = used + 1

    def at_least(self, first: int) -> None:
        """Let the next id be no less than this (what nextValidId says)."""
        if self._next < first < MAX_ID:
            self._next = first

    @property
    def peek(self) -> int:
        """The id that would be given out next."""
        return self._next
