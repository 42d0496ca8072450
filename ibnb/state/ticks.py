"""Tick types as tables: which Ticker field a tick of each number fills. Delayed types fill the fields of the live ones.

Source: TWS API, tick types; 105 to 110 are the odd-lot quotes of server version 225.
"""

from __future__ import annotations

from typing import Final

from ibnb.objects import TickAttrib

# price tick: (price, previous price, size, previous size, side) of the quote that comes with it
QUOTES: Final[dict[int, tuple[str, str, str, str]]] = {
    1: ("bid", "prevBid", "bidSize", "prevBidSize"),
    2: ("ask", "prevAsk", "askSize", "prevAskSize"),
    4: ("last", "prevLast", "lastSize", "prevLastSize"),
}
QUOTES.update({66: QUOTES[1], 67: QUOTES[2], 68: QUOTES[4]})
LAST_TICKS: Final = frozenset({4, 68})

# size tick: the same fields, by the type of the size
QUOTE_SIZES: Final[dict[int, tuple[str, str, str, str]]] = {0: QUOTES[1], 3: QUOTES[2], 5: QUOTES[4]}
QUOTE_SIZES.update({69: QUOTES[1], 70: QUOTES[2], 71: QUOTES[4]})
LAST_SIZE_TICKS: Final = frozenset({5, 71})

# tick attribute bits of a price tick are kept in these fields
ATTRIBUTES: Final[dict[int, str]] = {
    1: "bidAttrib",
    66: "bidAttrib",
    2: "askAttrib",
    67: "askAttrib",
    4: "lastAttrib",
    68: "lastAttrib",
}
MARKS: Final = [
    TickAttrib(bool(mask & 1), bool(mask & 2), bool(mask & 4)) for mask in range(8)
]  # by the mask's bits, shared

PRICES: Final[dict[int, str]] = {
    6: "high",
    7: "low",
    9: "close",
    14: "open",
    72: "high",
    73: "low",
    75: "close",
    76: "open",
    15: "low13week",
    16: "high13week",
    17: "low26week",
    18: "high26week",
    19: "low52week",
    20: "high52week",
    35: "auctionPrice",
    37: "markPrice",
    50: "bidYield",
    103: "bidYield",
    51: "askYield",
    104: "askYield",
    52: "lastYield",
    57: "lastRthTrade",
    78: "creditmanMarkPrice",
    79: "creditmanSlowMarkPrice",
    92: "etfNavClose",
    93: "etfNavPriorClose",
    94: "etfNavBid",
    95: "etfNavAsk",
    96: "etfNavLast",
    97: "etfFrozenNavLast",
    98: "etfNavHigh",
    99: "etfNavLow",
    101: "estimatedIpoMidpoint",
    102: "finalIpoLast",
    105: "oddLotBid",
    106: "oddLotAsk",
}

SIZES: Final[dict[int, str]] = {
    8: "volume",
    74: "volume",
    63: "volumeRate3Min",
    64: "volumeRate5Min",
    65: "volumeRate10Min",
    21: "avVolume",
    22: "openInterest",
    27: "callOpenInterest",
    28: "putOpenInterest",
    29: "callVolume",
    30: "putVolume",
    34: "auctionVolume",
    36: "auctionImbalance",
    61: "regulatoryImbalance",
    86: "futuresOpenInterest",
    87: "avOptionVolume",
    89: "shortableShares",
    107: "oddLotBidSize",
    108: "oddLotAskSize",
}

GENERICS: Final[dict[int, str]] = {
    23: "histVolatility",
    24: "impliedVolatility",
    31: "indexFuturePremium",
    46: "shortable",
    49: "halted",
    54: "tradeCount",
    55: "tradeRate",
    56: "volumeRate",
    58: "rtHistVolatility",
    60: "bondFactorMultiplier",
    90: "delayedHalted",
}

GREEKS: Final[dict[int, str]] = {
    10: "bidGreeks",
    11: "askGreeks",
    12: "lastGreeks",
    13: "modelGreeks",
    53: "custGreeks",
    80: "bidGreeks",
    81: "askGreeks",
    82: "lastGreeks",
    83: "modelGreeks",
}

EFPS: Final[dict[int, str]] = {
    38: "bidEfp",
    39: "askEfp",
    40: "lastEfp",
    41: "openEfp",
    42: "highEfp",
    43: "lowEfp",
    44: "closeEfp",
}

STRINGS: Final[dict[int, str]] = {
    25: "optionBidExch",
    26: "optionAskExch",
    32: "bidExchange",
    33: "askExchange",
    84: "lastExchange",
    85: "lastRegTime",
    91: "reutersMutualFunds",
    100: "socialMarketAnalytics",
    109: "oddLotBidExchange",
    110: "oddLotAskExchange",
}

TIMESTAMPS: Final[dict[int, str]] = {45: "lastTimestamp", 88: "delayedLastTimestamp"}
RT_VOLUMES: Final[dict[int, str]] = {48: "rtVolume", 77: "rtTradeVolume"}
FUNDAMENTAL_RATIOS: Final = 47
DIVIDENDS: Final = 59
