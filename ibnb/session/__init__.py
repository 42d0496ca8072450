"""The connection without a socket: handshake, dispatch, sending, pacing. Bytes and times go in, bytes come out.

from ibnb.session import Session, Side
session = Session(Side.CLIENT, client_id=1)
session.route(m.TickPrice, on_tick_price)
transport.write(session.data_to_send()); session.receive_data(data)
"""

from ibnb.session.handshake import BadHandshake, UnexpectedEnd, VersionRefused
from ibnb.session.session import Phase, Session, Side, Stats

__all__ = ["BadHandshake", "Phase", "Session", "Side", "Stats", "UnexpectedEnd", "VersionRefused"]
