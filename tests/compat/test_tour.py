"""Every kind of data of the gateway, asked for by IB's own client and by ibnb: the same values, or values that agree.

The market stands still for what is compared, so that both meet the same one.
"""

import json
import math
from xml.etree import ElementTree

import pytest
from ibapi.common import WshEventData
from ibapi.scanner import ScannerSubscription
from ibapi.tag_value import TagValue

import ibnb
from ibnb.sim import Gateway
from ibnb.sim.derivatives import expiry_moment
from tests.sim.hearing import Hearing, contract
from tests.sim.peer import FRIDAY

AMD_ID, END = 4391, "20261120 11:00:00 US/Eastern"
AMD, EURUSD = contract("AMD"), contract("EUR", "CASH", "IDEALPRO")
RATE, YEAR_S = 0.04, 365.25 * 86400


@pytest.fixture(scope="module", params=[178, 225])
def running(request):
    with Gateway.start_thread(server_version=request.param, start=FRIDAY, speed=1e-6, step_s=0.02) as made:
        yield made


@pytest.fixture(scope="module")
def official(running):
    with Hearing(running.host, running.port) as made:
        yield made


@pytest.fixture(scope="module")
def ours(running):
    ib = ibnb.IB()
    ib.RequestTimeout, ib.RaiseRequestErrors = 10, True
    ib.connect(running.host, running.port, clientId=1, timeout=10)
    yield ib
    ib.disconnect()


STOCK, PAIR = ibnb.Stock("AMD", "SMART", "USD"), ibnb.Forex("EURUSD")


@pytest.mark.parametrize(("what", "callback"), [("TRADES", "historicalTicksLast"), ("BID_ASK", "historicalTicksBidAsk"),
                                                ("MIDPOINT", "historicalTicks")])  # fmt: skip
def test_historical_ticks(official, ours, what, callback):
    req_id = {"TRADES": 1, "BID_ASK": 2, "MIDPOINT": 3}[what]
    official.reqHistoricalTicks(req_id, AMD, "", END, 100, what, 1, True, [])
    _, ticks, done = official.wait(callback, lambda i, *_: i == req_id)
    mine = ours.reqHistoricalTicks(STOCK, "", END, 100, what, True)
    names = {"TRADES": ("price", "size"), "BID_ASK": ("priceBid", "priceAsk"), "MIDPOINT": ("price",)}[what]
    assert done
    assert len(ticks) == len(mine) >= 100
    assert [[float(getattr(t, n)) for n in names] for t in ticks] == [[getattr(t, n) for n in names] for t in mine]
    assert [t.time for t in ticks] == [int(t.time.timestamp()) for t in mine]


@pytest.mark.parametrize("kind", ["Last", "AllLast", "BidAsk", "MidPoint"])
def test_tick_by_tick_with_what_went_before(official, kind):
    req_id = 10 + len(kind)
    official.reqTickByTickData(req_id, AMD, kind, 20, False)
    name = {"BidAsk": "tickByTickBidAsk", "MidPoint": "tickByTickMidPoint"}.get(kind, "tickByTickAllLast")
    official.wait(name, lambda i, *_: i == req_id, count=20)
    rows = [args for args in official.got(name) if args[0] == req_id]
    official.cancelTickByTickData(req_id)
    if kind == "BidAsk":
        assert all(0 < args[2] < args[3] for args in rows)
    elif kind == "MidPoint":
        assert all(args[2] > 0 for args in rows)
    else:
        assert {args[1] for args in rows} == {1 if kind == "Last" else 2}
        assert all(args[3] > 0 and args[4] > 0 for args in rows)


def test_smart_depth(official, ours):
    official.reqMktDepth(20, AMD, 5, True, [])
    official.wait("updateMktDepthL2", lambda i, *_: i == 20, count=10)
    rows = [args for args in official.got("updateMktDepthL2") if args[0] == 20]
    book = {(args[4], args[1]): (args[5], float(args[6]), args[2]) for args in rows}
    ticker = ours.reqMktDepth(STOCK, 5, isSmartDepth=True)
    assert list(ours.loopUntil(lambda: len(ticker.domBids) == len(ticker.domAsks) == 5, 10))[-1]
    for side, levels in ((0, ticker.domAsks), (1, ticker.domBids)):
        assert [book[side, n] for n in range(5)] == [(d.price, d.size, d.marketMaker) for d in levels]
    official.cancelMktDepth(20, True)
    ours.cancelMktDepth(STOCK, isSmartDepth=True)


def test_head_histogram_schedule(official, ours):
    official.reqHeadTimeStamp(30, AMD, "TRADES", 1, 2)
    stamp = official.wait("headTimestamp")[1]
    assert int(stamp) == int(ours.reqHeadTimeStamp(STOCK, "TRADES", True, 2).timestamp())
    official.reqHistogramData(31, AMD, True, "3 days")
    items = official.wait("histogramData")[1]
    assert [(i.price, float(i.size)) for i in items] == [
        (h.price, h.count) for h in ours.reqHistogramData(STOCK, True, "3 days")
    ]
    official.reqHistoricalData(32, AMD, "", "5 D", "1 day", "SCHEDULE", 1, 1, False, [])
    _, start, end, zone, sessions = official.wait("historicalSchedule")
    mine = ours.reqHistoricalSchedule(STOCK, 5)
    assert (start, end, zone) == (mine.startDateTime, mine.endDateTime, mine.timeZone)
    assert [s.refDate for s in sessions] == [s.refDate for s in mine.sessions]


def _normal(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def black_scholes(spot, strike, years, sigma, right):
    """Price, delta, gamma, vega per point, theta per day; written out anew."""
    root = sigma * math.sqrt(years)
    d1 = (math.log(spot / strike) + (RATE + sigma**2 / 2) * years) / root
    d2, discount = d1 - root, math.exp(-RATE * years)
    density = math.exp(-(d1**2) / 2) / math.sqrt(2 * math.pi)
    price, delta = spot * _normal(d1) - strike * discount * _normal(d2), _normal(d1)
    theta = -spot * density * sigma / (2 * math.sqrt(years)) - RATE * strike * discount * _normal(d2)
    if right == "P":
        price, delta, theta = price - spot + strike * discount, delta - 1, theta + RATE * strike * discount
    return price, delta, density / (spot * root), spot * density * math.sqrt(years) / 100, theta / 365


@pytest.mark.parametrize(
    ("symbol", "con_id", "kind"), [("SPX", 416904, "IND"), ("AMD", AMD_ID, "STK"), ("TSLA", 76792991, "STK")]
)
def test_chains_and_greeks_agree_with_black_and_scholes(official, ours, running, symbol, con_id, kind):
    base = con_id % 1000 * 100
    official.reqSecDefOptParams(base, symbol, "", kind, con_id)
    official.wait("securityDefinitionOptionParameterEnd", lambda i: i == base)
    rows = [a for a in official.got("securityDefinitionOptionParameter") if a[0] == base and a[1] == "SMART"]
    mine = [c for c in ours.reqSecDefOptParams(symbol, "", kind, con_id) if c.exchange == "SMART"]
    assert [(a[3], a[4], a[5], a[6]) for a in rows] == [
        (c.tradingClass, c.multiplier, set(c.expirations), set(c.strikes)) for c in mine
    ]
    chain = next(c for c in mine if c.tradingClass == symbol)
    expiry = sorted(chain.expirations)[2]
    middle = sorted(chain.strikes)[len(chain.strikes) // 2]
    for number, (strike, right) in enumerate([(middle, "C"), (middle, "P"), (sorted(chain.strikes)[5], "P")], base + 1):
        option = contract(
            symbol, "OPT", lastTradeDateOrContractMonth=expiry, strike=strike, right=right, tradingClass=symbol
        )
        official.reqContractDetails(number, option)
        details = official.wait("contractDetails", lambda i, _, n=number: i == n)[1]
        official.reqMktData(number, option, "", False, False, [])
        args = official.wait("tickOptionComputation", lambda i, tick, *_, n=number: (i, tick) == (n, 13))
        sigma, delta, price, _, gamma, vega, theta, spot = args[3:]
        instrument = running.gateway.db.by_id(details.contract.conId)
        years = (expiry_moment(instrument) - FRIDAY) / YEAR_S
        expected = black_scholes(spot, strike, years, sigma, right)
        assert (price, delta, gamma, vega, theta) == pytest.approx(expected, rel=1e-4, abs=1e-6)
        bid = official.wait("tickPrice", lambda i, tick, *_, n=number: (i, tick) == (n, 1))[2]
        ask = official.wait("tickPrice", lambda i, tick, *_, n=number: (i, tick) == (n, 2))[2]
        assert bid - 0.2 <= price <= ask + 0.2
        official.cancelMktData(number)
        official.calculateOptionPrice(number + 50, option, sigma, spot, [])
        again = official.wait("tickOptionComputation", lambda i, tick, *_, n=number + 50: (i, tick) == (n, 53))
        assert again[5] == pytest.approx(expected[0], rel=1e-4, abs=1e-6)


def test_futures_and_bonds(official, ours):
    official.reqContractDetails(60, contract("ES", "FUT", "CME"))
    official.wait("contractDetailsEnd", lambda i: i == 60)
    expiries = [a[1].contract.lastTradeDateOrContractMonth for a in official.got("contractDetails") if a[0] == 60]
    mine = [d.contract.lastTradeDateOrContractMonth for d in ours.reqContractDetails(ibnb.Future("ES", exchange="CME"))]
    assert expiries == mine == sorted(mine)
    assert len(mine) == 6
    official.reqContractDetails(61, contract("", "BOND", conId=748913265))
    bond = official.wait("bondContractDetails")[1]
    found = ours.reqContractDetails(ibnb.Contract(secType="BOND", conId=748913265))[0]
    assert (bond.cusip, bond.coupon, bond.maturity) == (found.cusip, found.coupon, found.maturity)
    assert (bond.cusip, bond.coupon) == ("91282CLW9", 4.25)


def test_scanner_and_its_parameters(official, ours):
    official.reqScannerParameters()
    xml = official.wait("scannerParameters")[0]
    codes = [e.text for e in ElementTree.fromstring(xml).iter("scanCode")]
    assert "TOP_PERC_GAIN" in codes
    assert xml == ours.reqScannerParameters()
    scan = ScannerSubscription()
    scan.instrument, scan.locationCode, scan.scanCode, scan.numberOfRows = "STK", "STK.US.MAJOR", "MOST_ACTIVE", 5
    official.reqScannerSubscription(70, scan, [], [TagValue("priceAbove", "50")])
    official.wait("scannerDataEnd")
    theirs = [(a[1], a[2].contract.symbol) for a in official.got("scannerData")]
    official.cancelScannerSubscription(70)
    wanted = ibnb.ScannerSubscription(
        instrument="STK", locationCode="STK.US.MAJOR", scanCode="MOST_ACTIVE", numberOfRows=5
    )
    rows = ours.reqScannerData(wanted, [], [ibnb.TagValue("priceAbove", "50")])
    assert theirs == [(r.rank, r.contractDetails.contract.symbol) for r in rows]
    assert len(theirs) == 5


def test_news(official, ours):
    official.reqNewsProviders()
    providers = official.wait("newsProviders")[0]
    assert [p.code for p in providers] == [p.code for p in ours.reqNewsProviders()]
    codes = "+".join(p.code for p in providers)
    official.reqHistoricalNews(80, AMD_ID, codes, "", "", 5, [])
    assert official.wait("historicalNewsEnd") == (80, True)
    rows = [a[1:] for a in official.got("historicalNews")]
    mine = ours.reqHistoricalNews(AMD_ID, codes, "", "", 5)
    assert [(r[1], r[2], r[3]) for r in rows] == [(n.providerCode, n.articleId, n.headline) for n in mine]
    official.reqNewsArticle(81, rows[0][1], rows[0][2], [])
    kind, text = official.wait("newsArticle")[1:]
    assert (kind, text) == (0, ours.reqNewsArticle(rows[0][1], rows[0][2]).articleText)


def test_events_fundamentals_and_groups(official, ours):
    official.reqWshMetaData(90)
    assert json.loads(official.wait("wshMetaData")[1])["meta_data"]["event_types"]
    asked = WshEventData()
    asked.conId = AMD_ID
    official.reqWshEventData(91, asked)
    events = json.loads(official.wait("wshEventData")[1])
    assert {e["event_type"] for e in events} == {"wshe_ed", "wshe_div", "wshe_sh"}
    ours.getWshMetaData()
    assert events == json.loads(ours.getWshEventData(ibnb.WshEventData(conId=AMD_ID)))
    official.reqFundamentalData(92, AMD, "ReportSnapshot", [])
    assert official.wait("fundamentalData")[1] == ours.reqFundamentalData(STOCK, "ReportSnapshot")
    official.queryDisplayGroups(93)
    assert official.wait("displayGroupList") == (93, "1|2|3|4|5|6|7")


def test_rules_and_venues(official, ours):
    official.reqMarketRule(109)
    rule = official.wait("marketRule")[1]
    assert [(r.lowEdge, r.increment) for r in rule] == [(r.lowEdge, r.increment) for r in ours.reqMarketRule(109)]
    assert (rule[0].increment, rule[1].increment) == (0.05, 0.1)
    official.reqSmartComponents(95, "9c0001")
    parts = official.wait("smartComponents")[1]
    if isinstance(parts, dict):  # as its decoder of protobuf messages gives them
        rows = [(bit, *part) for bit, part in parts.items()]
    else:
        rows = [(p.bitNumber, p.exchange, p.exchangeLetter) for p in parts]
    assert rows == [(p.bitNumber, p.exchange, p.exchangeLetter) for p in ours.reqSmartComponents("9c0001")]
    official.reqMktDepthExchanges()
    assert [d.exchange for d in official.wait("mktDepthExchanges")[0]] == [
        d.exchange for d in ours.reqMktDepthExchanges()
    ]
    official.reqMatchingSymbols(96, "intc")
    assert (
        official.wait("symbolSamples")[1][0].contract.conId
        == ours.reqMatchingSymbols("intc")[0].contract.conId
        == 270639
    )


def test_profit_and_values(official, ours):
    account = ours.managedAccounts()[0]
    official.reqPnL(97, account, "")
    _, daily, unrealized, realized = official.wait("pnl")
    mine = ours.reqPnL(account)
    assert list(ours.loopUntil(lambda: mine.dailyPnL == mine.dailyPnL, 10))[-1]
    assert (daily, unrealized, realized) == (mine.dailyPnL, mine.unrealizedPnL, mine.realizedPnL)
    official.reqPnLSingle(98, account, "", 265598)
    row = official.wait("pnlSingle")
    single = ours.reqPnLSingle(account, "", 265598)
    assert list(ours.loopUntil(lambda: single.value == single.value, 10))[-1]
    assert (float(row[1]), row[2], row[5]) == (single.position, single.dailyPnL, single.value)
