"""Pacing: at most so many messages in any window of so many seconds. Time is an argument, nothing waits here.

IB allows 50 messages a second with 100 market data lines; 45 leaves room for clocks that differ.
"""

from collections import deque
from typing import Final

MAX_MESSAGES: Final = 45
INTERVAL_S: Final = 1.0


class Throttle:
    """A sliding window over the times at which messages were sent.

    Args:
        max_messages: Messages in a window; 0 means no limit.
        interval_s: Length of the window in seconds.
    """

    __slots__ = ("_sent", "interval_s", "max_messages")

    def __init__(self, max_messages: int = MAX_MESSAGES, interval_s: float = INTERVAL_S) -> None:
        self.max_messages = max_messages
        self.interval_s = interval_s
        self._sent: deque[float] = deque()

    def limit(self, max_messages: int, interval_s: float) -> None:
        """Change the limit from now on."""
        self.max_messages, self.interval_s = max_messages, interval_s

    def wait(self, now: float) -> float:
        """Return how many seconds must pass until a message may be sent; 0.0 = now."""
        sent, since = self._sent, now - self.interval_s
        while sent and sent[0] <= since:
            sent.popleft()
        if self.max_messages <= 0 or len(sent) < self.max_messages:
            return 0.0
        # The window opens when the message that is max_messages back leaves it; never 0.0, which would mean "sent".
        return max(sent[len(sent) - self.max_messages] + self.interval_s - now, 1e-6)

    def take(self, now: float) -> float:
        """Count a message as sent now and return 0.0, or return the seconds to wait before asking again."""
        wait = self.wait(now)
        if not wait and self.max_messages > 0:
            self._sent.append(now)
        return wait


class SendQueue:
    """Frames waiting for their turn.

    Args:
        throttle: The limit; None sends at once.
        urgent_first: Urgent frames (orders and cancels) overtake those that wait. Within a class order is kept.
    """

    __slots__ = ("_plain", "_urgent", "throttle", "urgent_first")

    def __init__(self, throttle: Throttle | None = None, *, urgent_first: bool = True) -> None:
        self.throttle = throttle
        self.urgent_first = urgent_first
        self._plain: deque[bytes] = deque()
        self._urgent: deque[bytes] = deque()

    def put(self, frame: bytes, *, urgent: bool = False) -> None:
        """Add a frame."""
        (self._urgent if urgent and self.urgent_first else self._plain).append(frame)

    def ready(self, now: float) -> list[bytes]:
        """Return the frames that may be sent now."""
        result = []
        while len(self) and not (self.throttle and self.throttle.take(now)):
            result.append((self._urgent or self._plain).popleft())
        return result

    def next_in(self, now: float) -> float | None:
        """Return in how many seconds `ready` will have something; None if nothing waits."""
        if not len(self):
            return None
        return self.throttle.wait(now) if self.throttle else 0.0

    def frames_pending(self) -> int:
        """Return how many frames wait."""
        return len(self)

    def clear(self) -> int:
        """Drop all frames; return how many there were."""
        dropped = len(self)
        self._plain.clear()
        self._urgent.clear()
        return dropped

    def __len__(self) -> int:
        return len(self._plain) + len(self._urgent)
