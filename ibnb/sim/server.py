"""The gateway's sockets: an asyncio server, one `Client` for each connection."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ibnb.sim.client import Client
    from ibnb.sim.gateway import Gateway

__all__ = ["ClientProtocol", "is_loopback", "listen"]

log = logging.getLogger("ibnb.sim")


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine's own; only such are listened at unless remote clients are allowed."""
    return host in ("localhost", "::1") or (host.startswith("127.") and host.replace(".", "").isdigit())


class ClientProtocol(asyncio.Protocol):
    """Carries bytes between a transport and a client."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._client: Client | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take in the client; small writes go out at once."""
        wire = cast(asyncio.Transport, transport)
        sock = wire.get_extra_info("socket")
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name = wire.get_extra_info("peername")
        peer = f"{name[0]}:{name[1]}" if isinstance(name, tuple) else "client"

        def close() -> None:
            if wire.get_write_buffer_size() > self._gateway.max_backlog_bytes:
                wire.abort()
            else:
                wire.close()

        self._client = self._gateway.connect(wire.write, close, wire.get_write_buffer_size, peer)
        log.info("%s: connected", peer)

    def data_received(self, data: bytes) -> None:
        """Hand bytes to the client."""
        if self._client is not None:
            self._client.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        if self._client is not None:
            log.info("%s: disconnected", self._client.peer)
            self._client.close()
            self._client = None


async def listen(gateway: Gateway, host: str, port: int) -> tuple[asyncio.AbstractServer, int]:
    """Open the listening socket; return the server and its port. Raises OSError."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: ClientProtocol(gateway), host, port)
    return server, int(server.sockets[0].getsockname()[1])
