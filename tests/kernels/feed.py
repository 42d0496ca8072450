"""A gateway stand-in for the kernel tests: numbered ticks at a steady rate, and history that never comes.

    python tests/kernels/feed.py [TICKS_PER_SECOND]

Prints ``listening on HOST:PORT``. Server version 178, frames written by hand, so that a mistake of ibnb's own codec
cannot hide a lost tick. The k-th tick of a subscription is a last price of k. A request for history is kept waiting for
ever; the current time is 1,000 times the number of history requests that were cancelled, plus those that wait.
"""

import asyncio
import struct
import sys

VERSION = 178
ACCOUNT = "DU0000001"
PERIOD_S = 0.01


def frame(*fields: object) -> bytes:
    """A message: NUL-ended fields behind a length."""
    payload = "".join(f"{field}\0" for field in fields).encode()
    return struct.pack(">I", len(payload)) + payload


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: float) -> None:
        self.reader, self.writer, self.rate = reader, writer, rate
        self.streams: dict[str, int] = {}
        self.cancelled = self.waiting = 0

    async def run(self) -> None:
        """Handshake, then answer until the client leaves."""
        await self.reader.readexactly(4)
        await self.read()
        self.writer.write(frame(VERSION, "20261123 09:30:00 EST"))
        pump = asyncio.create_task(self.pump())
        try:
            while True:
                self.answer(*(await self.read()).decode().split("\0"))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            pump.cancel()
            self.writer.close()

    async def read(self) -> bytes:
        """One frame."""
        (size,) = struct.unpack(">I", await self.reader.readexactly(4))
        return await self.reader.readexactly(size)

    def answer(self, kind: str, *fields: str) -> None:
        """The shortest right answer."""
        send = self.writer.write
        if kind == "71":
            send(frame(15, 1, ACCOUNT) + frame(9, 1, 1))
        elif kind == "61":
            send(frame(62, 1))
        elif kind in ("5", "16"):
            send(frame(53, 1))
        elif kind == "6":
            send(frame(54, 1, ACCOUNT))
        elif kind == "7":
            send(frame(55, 1, fields[1]))
        elif kind == "76":
            send(frame(74, 1, fields[1]))
        elif kind == "99":
            send(frame(102))
        elif kind == "49":
            send(frame(49, 1, 1000 * self.cancelled + self.waiting))
        elif kind == "1":
            self.streams[fields[1]] = 0
        elif kind == "2":
            self.streams.pop(fields[1], None)
        elif kind == "20":
            self.waiting += 1
        elif kind == "25":
            self.waiting -= 1
            self.cancelled += 1

    async def pump(self) -> None:
        """Send each stream's next ticks, in time with the clock however late this runs."""
        clock = asyncio.get_running_loop().time
        sent, began = 0.0, clock()
        while True:
            await asyncio.sleep(PERIOD_S)
            due = (clock() - began) * self.rate
            count, sent = int(due) - int(sent), due
            share = max(1, len(self.streams))
            out = []
            for request in self.streams:
                for _ in range(count // share):
                    self.streams[request] += 1
                    out.append(frame(1, 6, request, 4, float(self.streams[request]), 100, 0))
            self.writer.write(b"".join(out))
            await self.writer.drain()


async def main(rate: float) -> None:
    """Serve for ever."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Client(reader, writer, rate).run()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    sys.stdout.write(f"listening on {host}:{port}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 2000))
