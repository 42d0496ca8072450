"""A TWS stand-in on loopback that serves pre-encoded messages as fast as a client reads.

It completes the TWS handshake at a chosen server version, answers the start-up
requests, and then plays one *case*:

  replies  bars, hticks, details, orders, positions, account, connect
           (the answer to one request, N rows, encoded before the request arrives)
  streams  ticks, tbt, depth, barupd, latency
           (N messages, sent once M subscriptions are in and the client says GO)

It is its own process so that the client's CPU time can be read by itself.  Control
is by lines: it prints PORT/READY/SENT on stdout and takes ARM/GO on stdin.  Until
ARM every request gets an empty answer (1000 rows for bars and hticks, so that a client
can warm up), so that start-up is not mixed with the measured request.

Server versions up to 200 speak text; 201+ speak protobuf (message id + 200, raw
4-byte id).  The rows are the same in both encodings.  Longer than other files because
every message stands here in both, side by side.
"""

import argparse
import datetime as dt
import random
import socket
import struct
import sys
import threading
import time

END = 999999.0          # price of the sentinel that ends a stream
ACCOUNT = "DU0000001"
WARM_ROWS = 1000       # enough that every library takes the path it takes in earnest
FIRST_ID = 100_000      # keeps request ids at 6 digits / 3 varint bytes
REQ = "@@@@@@"          # placeholder for the request id, text
PB_REQ = 1_234_567      # placeholder for the request id, protobuf


def frame(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload


def varint(n: int) -> bytes:
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


# ---------------------------------------------------------------- rows (wire-neutral)


def tick_rows(n, reqs, seed=1):
    """Level-1 mix: per 10 messages 3 tickPrice (with size), 4 tickSize, 1 tickString
    (lastTimestamp), 1 tickGeneric, 1 tickOptionComputation, round-robin over reqs.
    """
    rnd = random.Random(seed)
    px = {r: 100.0 + i for i, r in enumerate(reqs)}
    now = 1_704_200_000
    k = 0
    while k < n - 1:
        for r in reqs:
            p = px[r] = round(px[r] + rnd.choice((-0.01, 0, 0.01)), 2)
            def s():
                return rnd.randrange(1, 500)
            yield ("price", r, 1, p, s(), 3)
            yield ("size", r, 0, s())
            yield ("price", r, 2, round(p + 0.02, 2), s(), 3)
            yield ("size", r, 3, s())
            yield ("price", r, 4, round(p + 0.01, 2), s(), 0)
            yield ("size", r, 5, s())
            yield ("string", r, 45, str(now + k // 100))
            yield ("size", r, 8, 100_000 + k)
            yield ("generic", r, 54, float(1000 + k))
            yield ("option", r, 13, 1, 0.215342 + p / 1e5, 0.512345, 3.457123, 0.0,
                   0.034512, 0.112345, -0.051234, p)
            k += 10
            if k >= n - 1:
                break
    yield ("price", reqs[-1], 4, END, 1, 0)


def bar_rows(n, date="tz", seed=2):
    """1-minute bars (390 a weekday) or, with date='daily', daily ones.
    date: 'tz' = '20240102 09:30:00 US/Eastern' (formatDate=1), 'epoch' (formatDate=2).
    """
    rnd = random.Random(seed)
    day, p, k = dt.date(2015 if date == "daily" else 2023, 1, 2), 100.0, 0
    while k < n:
        day += dt.timedelta(days=1)
        if date != "daily" and day.weekday() > 4:
            continue
        base = int(dt.datetime(day.year, day.month, day.day, 14, 30,
                               tzinfo=dt.UTC).timestamp())
        for m in range(1 if date == "daily" else 390):
            if date == "daily":
                d = f"{day:%Y%m%d}"
            elif date == "epoch":
                d = str(base + 60 * m)
            else:
                h, mi = divmod(570 + m, 60)
                d = f"{day:%Y%m%d} {h:02d}:{mi:02d}:00 US/Eastern"
            o = p
            p = round(max(1.0, p + rnd.randrange(-5, 6) / 100), 2)
            yield (d, o, round(max(o, p) + 0.03, 2), round(min(o, p) - 0.02, 2), p,
                   str(rnd.randrange(100, 90000)), f"{(o + p) / 2:.3f}", rnd.randrange(10, 900))
            k += 1
            if k == n:
                return


def last_rows(n, seed=3):
    """Time-and-sales rows: time, mask, price, size, exchange, conditions."""
    rnd = random.Random(seed)
    p = 100.0
    for k in range(n):
        p = round(max(1.0, p + rnd.randrange(-2, 3) / 100), 2)
        yield (1_704_200_000 + k // 20, 0, p, str(rnd.randrange(1, 900)),
               rnd.choice(("NASDAQ", "ARCA", "BATS", "FINRA")), rnd.choice(("", " I", "T")))


def depth_rows(n, seed=4):
    """position, operation, side, price, size: a 10-level book, then updates, some churn."""
    rnd = random.Random(seed)
    for side in (0, 1):
        for pos in range(10):
            yield (pos, 0, side, round(100 + (0.01 if side == 0 else -0.01) * (pos + 1), 2), "100")
    for _ in range(n - 21):
        pos, side = rnd.randrange(10), rnd.randrange(2)
        yield (pos, 1, side, round(100 + (0.01 if side == 0 else -0.01) * (pos + 1), 2),
               str(rnd.randrange(1, 9000)))
    yield (0, 1, 1, END, "1")


def option_rows(n):
    """conId, expiry, strike, right, localSymbol of an option chain."""
    for k in range(n):
        strike, right = 300 + (k // 2) % 200, "CP"[k % 2]
        exp = f"2024{1 + (k // 400) % 12:02d}{1 + (k // 4800) % 28:02d}"
        yield 600_000_000 + k, exp, float(strike), right, f"SPY   {exp[2:]}{right}{strike * 1000:08d}"


ORDER_TYPES = (
    "ACTIVETIM,AD,ADJUST,ALERT,ALLOC,AVGCOST,BASKET,COND,CONDORDER,DAY,DEACT,DEACTDIS,DEACTEOD,"
    "GAT,GTC,GTD,GTT,HID,ICE,IOC,LIT,LMT,MIT,MKT,MTL,NGCOMB,NONALGO,OPENCLOSE,PEGMIDVOL,PEGMKTVOL,"
    "PEGPRMVOL,PEGSRFVOL,POSTONLY,PRICECHK,REL,RELSTK,SCALE,SCALERST,SIZECHK,SMARTSTG,SNAPMID,"
    "SNAPMKT,SNAPREL,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,VOLAT,WHATIF")
EXCHANGES = ("SMART,AMEX,CBOE,PHLX,PSE,ISE,BOX,BATS,NASDAQOM,CBOE2,NASDAQBX,MIAX,GEMINI,EDGX,"
             "MERCURY,PEARL,EMERALD,MEMX,IBUSOPT")
HOURS = ";".join(f"202401{d:02d}:0930-202401{d:02d}:1615" for d in range(2, 8))
RULES = ",".join(["32,109"] + ["109"] * 17)


# ---------------------------------------------------------------- encoders


class Text:
    """Server version <= 200: NUL-terminated fields."""

    req = REQ

    @staticmethod
    def msg(*fields) -> bytes:
        return frame("".join([f"{f}\0" for f in fields]).encode())

    def tick(self, row):
        kind, r, *a = row
        m = self.msg
        if kind == "price":
            return m(1, 6, r, *a)
        if kind == "size":
            return m(2, 6, r, *a)
        if kind == "string":
            return m(46, 6, r, *a)
        if kind == "generic":
            return m(45, 6, r, *a)
        return m(21, r, *a)

    def bars(self, req, rows):
        rows = list(rows)
        fields = [f for row in rows for f in row]
        return self.msg(17, req, "20230103 09:30:00 US/Eastern", "20240102 16:00:00 US/Eastern",
                        len(rows), *fields)

    def bar_update(self, req, b):
        d, o, h, lo, c, v, w, n = b
        return self.msg(90, req, n, d, o, c, h, lo, w, v)

    def hist_last(self, req, rows):
        rows = list(rows)
        return self.msg(98, req, len(rows), *[f for row in rows for f in row], 1)

    def tick_by_tick(self, req, row):
        t, mask, p, s, ex, cond = row
        return self.msg(99, req, 2, t, p, s, mask, ex, cond)

    def depth(self, req, row):
        return self.msg(12, 1, req, *row)

    def details(self, req, row):
        con, exp, strike, right, local = row
        return self.msg(10, req, "SPY", "OPT", exp, strike, right, "SMART", "USD", local, "SPY", "SPY",
                        con, 0.01, 100, ORDER_TYPES, EXCHANGES, 1, 756733, "SPDR S&P 500 ETF TRUST", "",
                        exp[:6], "", "", "", "US/Eastern", HOURS, HOURS, "", 0, 0, 1, "SPY", "STK",
                        RULES, exp, "", 1, 1, 1)

    def contract(self, row):
        con, exp, strike, right, _local = row
        return con, "SPY", "OPT", exp, strike, right, 100

    def position(self, row, pos, cost):
        return self.msg(61, 3, ACCOUNT, *self.contract(row), "", "USD", row[4], "SPY", pos, cost)

    def order(self, oid, row):
        return self.msg(
            5, oid, *self.contract(row), "SMART", "USD", row[4], "SPY",
            "BUY", 10, "LMT", 1.25 + oid / 100, 0.0, "GTC", "", ACCOUNT, "", 0, "ref", 1, 7_000_000 + oid,
            0, 0, 0, "", "", "", "", "",                      # outsideRth .. faPercentage
            "", "", "", "", "", 0, "", -1, 0, "", "", "", "", "", 0, 0, 0, 0, "", 3, 0, 0, "", 0, 0, "", 0,
            "None", "", 0, "", "", "", "?", 0, 0, "",         # deltaNeutralOrderType and its block
            0, "", "", "", "", "", "",                        # continuousUpdate .. comboLegsDescrip
            0, 0, 0, "", "", "", "", 0, "", "IB", 0, 0, "",   # legs .. algoStrategy
            0, 0, "Submitted", *[""] * 14, 0, 0,              # solicited .. randomizePrice
            0, "None", "", "", "", "", "", "", 0, "", "", "", 0, 0, 0, 0, 0,  # conditions .. usePriceMgmtAlgo
            "", "", 0, "", "", "", "", "")                    # duration .. midOffsetAtHalf

    def order_status(self, oid):
        return self.msg(3, oid, "Submitted", 0, 10, 0.0, 7_000_000 + oid, 0, 0.0, 1, "", 0.0)

    def account_value(self, k):
        return self.msg(6, 2, f"Tag{k:05d}", f"{1000 + k}.25", "USD", ACCOUNT)

    def account_multi(self, req, k):
        return self.msg(73, 1, req, ACCOUNT, "", f"Tag{k:05d}", f"{1000 + k}.25", "USD")

    def hello(self):
        return self.msg(15, 1, ACCOUNT) + self.msg(9, 1, FIRST_ID)

    def end(self, what, req=0):
        f = {"details": (52, 1, req), "orders": (53, 1), "positions": (62, 1), "account": (54, 1, ACCOUNT),
             "multi": (74, 1, req), "executions": (55, 1, req), "completed": (102,)}.get(what)
        return self.msg(*f) if f else b""

    def ids(self, payload: bytes, req: int) -> bytes:
        assert 100_000 <= req <= 999_999, req
        return payload.replace(REQ.encode(), b"%d" % req)


class Proto:
    """Server version >= 201: 4-byte id + 200, then a protobuf message."""

    req = PB_REQ

    def __init__(self):
        from importlib import import_module
        self._m = lambda n: getattr(import_module(f"ibapi.protobuf.{n}_pb2"), n)
        self._cache = {}

    def new(self, name, **kw):
        cls = self._cache.get(name) or self._cache.setdefault(name, self._m(name))
        return cls(**kw)

    def msg(self, id_, name, **kw) -> bytes:
        return frame((id_ + 200).to_bytes(4, "big") + self.new(name, **kw).SerializeToString())

    def tick(self, row):
        kind, r, t, *a = row
        if kind == "price":
            return self.msg(1, "TickPrice", reqId=r, tickType=t, price=a[0], size=str(a[1]), attrMask=a[2])
        if kind == "size":
            return self.msg(2, "TickSize", reqId=r, tickType=t, size=str(a[0]))
        if kind == "string":
            return self.msg(46, "TickString", reqId=r, tickType=t, value=a[0])
        if kind == "generic":
            return self.msg(45, "TickGeneric", reqId=r, tickType=t, value=a[0])
        names = ("tickAttrib", "impliedVol", "delta", "optPrice", "pvDividend", "gamma", "vega", "theta", "undPrice")
        return self.msg(21, "TickOptionComputation", reqId=r, tickType=t, **dict(zip(names, a)))

    def bar(self, b):
        d, o, h, lo, c, v, w, n = b
        return self.new("HistoricalDataBar", date=d, open=o, high=h, low=lo, close=c, volume=v, WAP=w, barCount=n)

    def bars(self, req, rows):
        return self.msg(17, "HistoricalData", reqId=req, historicalDataBars=[self.bar(b) for b in rows]) + \
            self.msg(108, "HistoricalDataEnd", reqId=req, startDateStr="20230103 09:30:00 US/Eastern",
                     endDateStr="20240102 16:00:00 US/Eastern")

    def bar_update(self, req, b):
        return self.msg(90, "HistoricalDataUpdate", reqId=req, historicalDataBar=self.bar(b))

    def last(self, row):
        t, _mask, p, s, ex, cond = row
        return self.new("HistoricalTickLast", time=t, price=p, size=s, exchange=ex, specialConditions=cond,
                        tickAttribLast=self.new("TickAttribLast", pastLimit=False, unreported=False))

    def hist_last(self, req, rows):
        return self.msg(98, "HistoricalTicksLast", reqId=req, historicalTicksLast=[self.last(r) for r in rows],
                        isDone=True)

    def tick_by_tick(self, req, row):
        return self.msg(99, "TickByTickData", reqId=req, tickType=2, historicalTickLast=self.last(row))

    def depth(self, req, row):
        names = ("position", "operation", "side", "price", "size")
        return self.msg(12, "MarketDepth", reqId=req,
                        marketDepthData=self.new("MarketDepthData", **dict(zip(names, row))))

    def contract(self, row, **kw):
        con, exp, strike, right, local = row
        return self.new("Contract", conId=con, symbol="SPY", secType="OPT", lastTradeDateOrContractMonth=exp,
                        strike=strike, right=right, multiplier=100.0, currency="USD", localSymbol=local,
                        tradingClass="SPY", **kw)

    def details(self, req, row):
        cd = self.new("ContractDetails", marketName="SPY", minTick="0.01", orderTypes=ORDER_TYPES,
                      validExchanges=EXCHANGES, priceMagnifier=1, underConId=756733,
                      longName="SPDR S&P 500 ETF TRUST", contractMonth=row[1][:6], timeZoneId="US/Eastern",
                      tradingHours=HOURS, liquidHours=HOURS, aggGroup=1, underSymbol="SPY", underSecType="STK",
                      marketRuleIds=RULES, realExpirationDate=row[1], minSize="1", sizeIncrement="1",
                      suggestedSizeIncrement="1")
        return self.msg(10, "ContractData", reqId=req, contract=self.contract(row, exchange="SMART"),
                        contractDetails=cd)

    def position(self, row, pos, cost):
        return self.msg(61, "Position", account=ACCOUNT, contract=self.contract(row), position=str(pos), avgCost=cost)

    def order(self, oid, row):
        o = self.new("Order", clientId=1, orderId=oid, permId=7_000_000 + oid, action="BUY", totalQuantity="10",
                     orderType="LMT", lmtPrice=1.25 + oid / 100, auxPrice=0.0, tif="GTC", account=ACCOUNT,
                     orderRef="ref", ocaType=3, clearingIntent="IB")
        return self.msg(5, "OpenOrder", orderId=oid, contract=self.contract(row, exchange="SMART"), order=o,
                        orderState=self.new("OrderState", status="Submitted"))

    def order_status(self, oid):
        return self.msg(3, "OrderStatus", orderId=oid, status="Submitted", filled="0", remaining="10",
                        avgFillPrice=0.0, permId=7_000_000 + oid, parentId=0, lastFillPrice=0.0, clientId=1,
                        whyHeld="", mktCapPrice=0.0)

    def account_value(self, k):
        return self.msg(6, "AccountValue", key=f"Tag{k:05d}", value=f"{1000 + k}.25", currency="USD",
                        accountName=ACCOUNT)

    def account_multi(self, req, k):
        return self.msg(73, "AccountUpdateMulti", reqId=req, account=ACCOUNT, modelCode="", key=f"Tag{k:05d}",
                        value=f"{1000 + k}.25", currency="USD")

    def hello(self):
        return self.msg(15, "ManagedAccounts", accountsList=ACCOUNT) + \
            self.msg(9, "NextValidId", orderId=FIRST_ID)

    def end(self, what, req=0):
        f = {"details": (52, "ContractDataEnd", {"reqId": req}), "orders": (53, "OpenOrdersEnd", {}),
             "positions": (62, "PositionEnd", {}), "account": (54, "AccountDataEnd", {"accountName": ACCOUNT}),
             "multi": (74, "AccountUpdateMultiEnd", {"reqId": req}),
             "executions": (55, "ExecutionDetailsEnd", {"reqId": req}),
             "completed": (102, "CompletedOrdersEnd", {})}.get(what)
        return self.msg(f[0], f[1], **f[2]) if f else b""

    def ids(self, payload: bytes, req: int) -> bytes:
        assert 16_384 <= req <= 2_097_151, req
        return payload.replace(b"\x08" + varint(PB_REQ), b"\x08" + varint(req))


def encoder(version):
    return Text() if version <= 200 else Proto()


# ---------------------------------------------------------------- the cases' bytes

ASKED_BY = {1: "ticks", 5: "orders", 6: "account", 7: "executions", 9: "details", 10: "depth", 16: "orders",
            20: "bars", 61: "positions", 76: "multi", 96: "hticks", 97: "tbt", 99: "completed"}
REQ_FIELD = {1: 2, 9: 2, 10: 2, 7: 2, 76: 2, 20: 1, 96: 1, 97: 1}  # index of reqId in a text request


def reply_bytes(enc, case, n, date):
    """What (request kind) -> payload to answer with, request id as a placeholder."""
    if case == "bars":
        return {"bars": enc.bars(enc.req, bar_rows(n, date))}
    if case == "hticks":
        return {"hticks": enc.hist_last(enc.req, last_rows(n))}
    if case == "details":
        return {"details": b"".join(enc.details(enc.req, r) for r in option_rows(n)) + enc.end("details", enc.req)}
    pos = b"".join(enc.position(r, 10 + i % 7, 101.5 + i) for i, r in enumerate(option_rows(n)))
    orders = b"".join(enc.order(i + 1, r) + enc.order_status(i + 1) for i, r in enumerate(option_rows(n)))
    a = n if case == "account" else 200
    acct = b"".join(enc.account_value(k) for k in range(a)) + enc.end("account")
    multi = b"".join(enc.account_multi(enc.req, k) for k in range(200)) + enc.end("multi", enc.req)
    every = {"positions": pos + enc.end("positions"), "orders": orders + enc.end("orders"),
             "account": acct, "multi": multi}
    return every if case == "connect" else {case: every[case]}


def stream_msgs(enc, case, n, reqs):
    """The messages of a stream, one bytes object each, the last being the sentinel."""
    if case == "ticks":
        return [enc.tick(r) for r in tick_rows(n, reqs)]
    if case == "depth":
        return [enc.depth(reqs[0], r) for r in depth_rows(n)]
    if case == "tbt":
        return [enc.tick_by_tick(reqs[0], r) for r in last_rows(n - 1)] + \
            [enc.tick_by_tick(reqs[0], (1_704_300_000, 0, END, "1", "ARCA", ""))]
    rows = list(bar_rows(100 + (n + 4) // 5, "epoch"))[100:]     # barupd: 5 updates a bar
    msgs = [enc.bar_update(reqs[0], (d, o, h, lo, round(c + u / 100, 2), v, w, k + u))
            for d, o, h, lo, c, v, w, k in rows for u in range(5)][: n - 1]
    last = str(int(rows[-1][0]) + 600)
    return [*msgs, enc.bar_update(reqs[0], (last, 1.0, 1.0, 1.0, END, "1", "1", 1))]


def chunked(msgs, k):
    return [b"".join(msgs[i:i + k]) for i in range(0, len(msgs), k)]


# ---------------------------------------------------------------- the server


class Feeder:
    def __init__(self, a):
        self.a = a
        self.enc = encoder(a.version)
        self.armed, self.go = threading.Event(), threading.Event()
        self.subs = []
        self.is_stream = a.case in ("ticks", "tbt", "depth", "barupd", "latency")
        self.payload = {} if self.is_stream else reply_bytes(self.enc, a.case, a.n, a.date)
        if a.case == "barupd":
            self.payload = {"bars": self.enc.bars(self.enc.req, bar_rows(100, "epoch"))}
        self.warm = {} if self.is_stream or a.case not in ("bars", "hticks") else \
            reply_bytes(self.enc, a.case, WARM_ROWS, a.date)
        if a.case == "connect":
            self.armed.set()

    def say(self, *words):
        print(*words, flush=True)

    def control(self):
        for line in sys.stdin:
            {"ARM": self.armed, "GO": self.go}[line.strip()].set()

    def serve(self):
        srv = socket.create_server(("127.0.0.1", 0))
        srv.settimeout(60)
        threading.Thread(target=self.control, daemon=True).start()
        self.say("PORT", srv.getsockname()[1])
        self.sock, _ = srv.accept()
        self.sock.settimeout(self.a.limit)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buf = b""
        assert self.take(4) == b"API\0"
        span = self.frame().split(b" ")[0]
        top = int(span.split(b"..")[1])
        assert top >= self.a.version, f"client speaks up to {top}"
        self.sock.sendall(frame(b"%d\x0020240102 09:30:00 EST\0" % self.a.version))
        try:
            while True:
                self.request(self.frame())
        except (EOFError, ConnectionError):
            pass

    def take(self, n):
        while len(self.buf) < n:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.buf += data
        out, self.buf = self.buf[:n], self.buf[n:]
        return out

    def frame(self):
        return self.take(struct.unpack(">I", self.take(4))[0])

    def request(self, p):
        """Parse one request down to (kind, request id) and answer it."""
        if self.a.version >= 201:
            id_, body = int.from_bytes(p[:4], "big"), p[4:]
        else:
            id_, _, body = p.partition(b"\0")
            id_ = int(id_)
        if id_ > 200:
            id_, req, shift = id_ - 200, 0, 0
            if id_ in REQ_FIELD and body[:1] == b"\x08":
                for b in body[1:6]:
                    req |= (b & 0x7F) << shift
                    shift += 7
                    if b < 0x80:
                        break
        else:
            i = REQ_FIELD.get(id_)
            req = int(body.split(b"\0")[i - 1]) if i else 0
        if id_ == 71:
            self.sock.sendall(self.enc.hello())
            return
        kind = ASKED_BY.get(id_)
        p = (self.payload if self.armed.is_set() else self.warm).get(kind) or self.enc.end(kind, req)
        self.sock.sendall(self.enc.ids(p, req) if req else p)
        if self.is_stream and self.armed.is_set() and kind in ("ticks", "tbt", "depth", "bars"):
            self.subs.append(req)
            if len(self.subs) == self.a.m:
                self.stream()

    def stream(self):
        a, send = self.a, self.sock.sendall
        ids = ",".join(map(str, self.subs))
        if a.case == "latency":
            self.say("READY", ids)
            self.go.wait(60)
            return self.stamped()
        if a.mode.startswith("direct"):          # the client feeds itself (see bench_client.py)
            return self.say("READY", ids)
        msgs = stream_msgs(self.enc, a.case, a.n, self.subs)
        if a.mode == "burst":
            chunks, gap = [b"".join(msgs)], 0
        else:                                    # "K@R": K messages a write, R writes a second
            k, r = a.mode.split("@")
            k, gap = int(k), 1 / float(r)
            chunks = chunked(msgs, k)
        self.say("READY", ids)
        self.go.wait(60)
        t0 = due = time.perf_counter()
        for c in chunks:
            send(c)
            if gap:
                due += gap
                time.sleep(max(0.0, due - time.perf_counter()))
        self.say("SENT", time.perf_counter() - t0)
        return None

    def stamped(self):
        """One 'last' tick per 1/rate s whose price is the monotonic clock at the write."""
        a, send, tick, clock = self.a, self.sock.sendall, self.enc.tick, time.monotonic
        _k, r = a.mode.split("@")
        gap, due = 1 / float(r), clock()
        for i in range(a.n):
            due += gap
            time.sleep(max(0.0, due - clock()))
            send(tick(("price", self.subs[i % len(self.subs)], 4, round(clock(), 7), 1, 0)))
        send(tick(("price", self.subs[-1], 4, END, 1, 0)))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--case", required=True)
    p.add_argument("--n", type=int, default=1000)
    p.add_argument("--m", type=int, default=1, help="subscriptions to wait for")
    p.add_argument("--version", type=int, default=178)
    p.add_argument("--mode", default="burst", help="burst; K@R: K messages a write, R writes/s; direct:K")
    p.add_argument("--date", default="tz", choices=("tz", "epoch", "daily"))
    p.add_argument("--limit", type=float, default=120, help="socket timeout, s")
    Feeder(p.parse_args()).serve()


if __name__ == "__main__":
    main()
