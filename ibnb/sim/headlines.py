"""Headlines out of the seed: one for each instrument every four hours, always the same ones."""

from __future__ import annotations

from ibnb.sim.instruments import Instrument
from ibnb.sim.noise import choice, key

__all__ = ["PERIOD_S", "PROVIDERS", "headline"]

PROVIDERS = (
    ("BRFG", "Briefing.com General Market Columns"), ("BRFUPDN", "Briefing.com Analyst Actions"),
    ("DJ-N", "Dow Jones Global Equity Trader"), ("DJNL", "Dow Jones Newsletters"),
)  # fmt: skip
PERIOD_S = 4 * 3600
_EVENTS = (
    "{name} rises as trading picks up", "{name} falls after a quiet session", "Analyst lifts target for {symbol}",
    "Analyst trims rating of {symbol}", "{name} to present at an investor conference", "{symbol}: volume above average",
    "{name} names a new finance chief", "What to watch in {symbol} this week",
)  # fmt: skip


def headline(seed: int, instrument: Instrument, slot: int) -> tuple[int, str, str, str]:
    """Return (time, provider, article id, headline) of the news in a slot of four hours."""
    base = key(seed, instrument.con_id, "news")
    when = slot * PERIOD_S + choice(base, slot, PERIOD_S)
    provider = PROVIDERS[choice(base, slot, len(PROVIDERS), 1)][0]
    text = _EVENTS[choice(base, slot, len(_EVENTS), 2)].format(name=instrument.name.title(), symbol=instrument.symbol)
    return when, provider, f"{provider}${instrument.con_id:x}{slot:06x}", text
