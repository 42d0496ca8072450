"""What the simulated gateway refuses, with the code and text a client is told, and what it cannot be made to do."""

from __future__ import annotations

from ibnb.errors import SimulatorError

__all__ = ["RequestRefused", "ScenarioError"]


class RequestRefused(SimulatorError):
    """A request that is answered by message 4. `code` and `text` are what the client gets."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text


class ScenarioError(SimulatorError, ValueError):
    """A scenario that cannot be played; the text names file, step, value, and what is allowed."""
