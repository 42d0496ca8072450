"""A client and a server that talk in memory."""

from __future__ import annotations

from typing import Any

from ibnb.session import Session, Side


class SessionPair:
    """Both ends of a connection at one server version, past their handshake."""

    def __init__(self, version: int = 225, **client: Any) -> None:
        self.client = Session(Side.CLIENT, **client)
        self.server = Session(Side.SERVER, server_version=version, connection_time="20240119 10:00:00 EST")
        self.exchange()

    def exchange(self) -> None:
        """Carry bytes to and fro until both are silent."""
        while True:
            up, down = self.client.data_to_send(), self.server.data_to_send()
            if not up and not down:
                return
            self.server.receive_data(up)
            self.client.receive_data(down)
