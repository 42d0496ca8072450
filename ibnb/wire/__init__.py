"""The TWS wire protocol: message catalogue, compiled codecs, text and protobuf, frames. No sockets, no clocks.

from ibnb.wire import Codec, Side, catalogue as m
codec = Codec(Side.CLIENT, 178)
payload = codec.encode(m.ReqMktData(1, contract))
"""

from ibnb.wire import catalogue
from ibnb.wire.codec import Codec, Side
from ibnb.wire.rows import Rows

__all__ = ["Codec", "Rows", "Side", "catalogue"]
