"""One measurement of one client library against feeder.py; prints one line of JSON.

  client.py --lib ib_async|ib_insync|ibnb|ibapi --case CASE [--n N] [--m M]
            [--version 178] [--mode burst|K@R|direct:K] [--date tz|epoch|daily]

cpu_s is this process's CPU time (user + system, all threads: time.process_time) over the measured window, wall_s its
wall time. Streams: from GO to the sentinel reaching the user's handler. Replies: from the request call to the pandas
DataFrame (bars, hticks) or to the returned list. Mode direct:K (asyncio libraries only) hands the stream, K messages a
chunk, straight to the connection's asyncio protocol: the cost of the library alone, without the wake-ups that a paced
socket adds. `peak_mb` is the growth of VmHWM over the window (ru_maxrss would count the parent's pages). The same user
code runs for every ib_async-like library; ibapi gets the usual EWrapper subclass with run() in a thread. Longer than
other files because every case of every library stands side by side here.
"""

import argparse
import asyncio
import contextlib
import gc
import importlib
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).parent
END, ACCOUNT = 999999.0, "DU0000001"
WAIT = 110  # s; every wait is bounded
WARM_UPS, REPEATS = 3, 5  # requests for history: of 1000 rows before, and how many are measured


class FeederProcess:
    def __init__(self, a):
        args = [a.feeder_python, HERE / "feeder.py", "--case", a.case, "--n", a.n, "--m", a.m,
                "--version", a.version, "--mode", a.mode, "--date", a.date]
        self.p = subprocess.Popen([str(x) for x in args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.expect("PORT")[1])

    def expect(self, word):
        line = self.p.stdout.readline().split()
        assert line and line[0] == word, f"feeder said {line}"
        return line

    def say(self, word):
        self.p.stdin.write(word + "\n")
        self.p.stdin.flush()

    def stop(self):
        self.p.stdin.close()
        self.p.terminate()
        self.p.wait(10)


class Meter:
    """CPU, wall and peak memory from start() to stop()."""

    def start(self, collect=True):
        if collect:  # it empties free lists too, which a program does not do before each request
            gc.collect()
        with contextlib.suppress(OSError):
            pathlib.Path("/proc/self/clear_refs").write_text("5")  # VmHWM := VmRSS
        self.rss = self.status("VmRSS")
        self.cpu, self.wall, self.os = time.process_time(), time.perf_counter(), os.times()

    def stop(self, **more):
        cpu, wall, o = time.process_time(), time.perf_counter(), os.times()
        return dict(cpu_s=cpu - self.cpu, wall_s=wall - self.wall, user_s=o.user - self.os.user,
                    sys_s=o.system - self.os.system, peak_mb=(self.status("VmHWM") - self.rss) / 1024, **more)

    @staticmethod
    def status(key):
        return int(re.search(key + r":\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1])


def middle(runs):
    """The run with the median CPU time; the peak is that of the first, which finds the process smallest."""
    return sorted(runs, key=lambda run: run["cpu_s"])[len(runs) // 2] | {"peak_mb": runs[0]["peak_mb"]}


def frame_facts(df):
    num = df.select_dtypes("number")
    return {"rows": len(df), "sum": float(num.to_numpy().sum()), "dtypes": [str(t) for t in df.dtypes]}


def latency_facts(lat):
    lat = sorted(lat[200:])
    def q(p):
        return lat[min(len(lat) - 1, int(p * len(lat)))] * 1e6
    return {"n": len(lat), "p50_us": q(0.50), "p90_us": q(0.90), "p99_us": q(0.99), "max_us": lat[-1] * 1e6}


# ---------------------------------------------------------------- ib_async, ib_insync, ibnb


def run_ib(a, feeder, meter):
    lib = importlib.import_module(a.lib)

    protocols = []
    if a.mode.startswith("direct"):
        connect = asyncio.base_events.BaseEventLoop.create_connection

        async def spying(*args, **kw):
            out = await connect(*args, **kw)
            protocols.append(out[1])
            return out
        asyncio.base_events.BaseEventLoop.create_connection = spying
    ib = lib.IB()
    if hasattr(ib, "client") and hasattr(ib.client, "MaxRequests"):
        ib.client.MaxRequests = 0  # the request throttle is not what is measured
    meter.start()
    ib.connect("127.0.0.1", feeder.port, clientId=1, timeout=60)
    connected = meter.stop(positions=len(ib.positions()), orders=len(ib.openTrades()),
                           values=len(ib.accountValues()))
    if a.case == "connect":
        return connected
    spy = lib.Contract(conId=756733, symbol="SPY", secType="STK", exchange="SMART", currency="USD")
    got = {"events": 0, "ticks": 0}

    def bars():
        out = ib.reqHistoricalData(spy, "", "1 Y", "1 day" if a.date == "daily" else "1 min", "TRADES", True,
                                   formatDate=2 if a.date == "epoch" else 1, timeout=WAIT)
        return out, meter.stop(), lib.util.df(out)

    def hticks(requests):
        out = []
        for _ in range(requests):
            out += ib.reqHistoricalTicks(spy, "20240102 09:30:00 US/Eastern", "", 1000, "TRADES", False)
        return out, meter.stop(), lib.util.df(out)

    if a.case in ("bars", "hticks"):  # first-use costs of pandas and of the library are not in the numbers
        for _ in range(WARM_UPS):
            bars() if a.case == "bars" else hticks(1)
    feeder.say("ARM")
    time.sleep(0.05)

    def pump(start):
        """Run a stream: `start(done)` hooks the handlers; returns when done() is called."""
        done = lib.util.getLoop().create_future()
        start(lambda: done.done() or done.set_result(None))
        reqs = [int(x) for x in feeder.expect("READY")[1].split(",")]
        if a.mode.startswith("direct"):
            assert protocols, "direct needs a library that uses loop.create_connection"
            return direct(protocols[-1], reqs, done)
        meter.start()
        feeder.say("GO")
        lib.IB.run(asyncio.wait_for(done, WAIT))
        return meter.stop(**got)

    def direct(protocol, reqs, done):
        """Hand the chunks to the protocol where its loop runs; user code runs where the library brings it."""
        import feeder as f
        chunks = f.chunked(f.stream_msgs(f.encoder(a.version), a.case, a.n, reqs), int(a.mode[7:]))

        def feed():
            for c in chunks:
                if isinstance(protocol, asyncio.BufferedProtocol):
                    protocol.get_buffer(len(c))[:len(c)] = c
                    protocol.buffer_updated(len(c))
                else:
                    protocol.data_received(c)

        async def play():
            meter.start()
            if a.lib == "ibnb":  # its protocol lives on a loop of its own
                from ibnb.net.iothread import IOThread
                IOThread.get().call_soon(feed)
            else:
                feed()
            await asyncio.wait_for(done, WAIT)
            return meter.stop(**got)
        return lib.IB.run(play())

    def stocks(k):
        return [lib.Contract(conId=i + 1, symbol=f"S{i}", secType="STK", exchange="SMART", currency="USD")
                for i in range(k)]

    if a.case == "ticks":
        def start(done):
            last = [ib.reqMktData(c) for c in stocks(a.m)][-1]

            def on_pending(tickers):
                got["events"] += 1
                for t in tickers:
                    got["ticks"] += len(t.ticks)
                if last.last == END:
                    done()
            ib.pendingTickersEvent += on_pending
        return pump(start)

    if a.case == "latency":
        lat, clock = [], time.monotonic

        def start(done):
            def on_tick(t):
                now = clock()
                if t.last == END:
                    done()
                else:
                    lat.append(now - t.last)
            for c in stocks(a.m):
                ib.reqMktData(c).updateEvent += on_tick
        return pump(start) | latency_facts(lat)

    if a.case == "tbt":
        def start(done):
            def on_tick(t):
                got["events"] += 1
                got["ticks"] += len(t.tickByTicks)
                if t.tickByTicks[-1].price == END:
                    done()
            ib.reqTickByTickData(spy, "AllLast").updateEvent += on_tick
        return pump(start)

    if a.case == "depth":
        def start(done):
            def on_tick(t):
                got["events"] += 1
                got["ticks"] += len(t.domTicks)
                if t.domBids[0].price == END:
                    done()
            ib.reqMktDepth(spy, 10).updateEvent += on_tick
        return pump(start)

    if a.case == "barupd":
        def start(done):
            def on_bar(bars, new):
                got["events"] += 1
                if bars[-1].close == END:
                    done()
            bars = ib.reqHistoricalData(spy, "", "1 D", "1 min", "TRADES", True, formatDate=2, keepUpToDate=True)
            bars.updateEvent += on_bar
        return pump(start)

    def history(first):
        meter.start(collect=first)
        _, mid, df = bars() if a.case == "bars" else hticks(a.m)  # hticks: m requests of n ticks (TWS gives 1000)
        return meter.stop(request_cpu_s=mid["cpu_s"], request_wall_s=mid["wall_s"]) | frame_facts(df)

    if a.case in ("bars", "hticks"):
        return middle([history(not run) for run in range(REPEATS)])
    meter.start()
    if a.case == "details":
        out = ib.reqContractDetails(lib.Option("SPY", exchange="SMART", currency="USD"))
        assert out[-1].contract.secType == "OPT" and out[0].minTick == 0.01
        return meter.stop(rows=len(out))
    if a.case == "orders":
        out = ib.reqAllOpenOrders()
        assert out[-1].orderStatus.status == "Submitted" and out[0].order.lmtPrice == 1.26
        return meter.stop(rows=len(out))
    if a.case == "positions":
        out = ib.reqPositions()
        assert out[0].avgCost == 101.5
        return meter.stop(rows=len(out))
    if a.case == "account":
        ib.reqAccountUpdates(ACCOUNT)
        return meter.stop(rows=len(ib.accountValues()))
    raise SystemExit(f"no case {a.case}")


# ---------------------------------------------------------------- the official client


def run_ibapi(a, feeder, meter):
    import pandas as pd
    from ibapi.client import EClient
    from ibapi.contract import Contract
    from ibapi.wrapper import EWrapper

    ready, done = threading.Event(), threading.Event()
    lat, rows, clock = [], [], time.monotonic
    ends = set()

    class App(EWrapper, EClient):
        ticks = 0

        def __init__(self):
            EClient.__init__(self, self)

        def nextValidId(self, orderId):
            ready.set()

        def error(self, *args):
            raise SystemExit(f"error callback {args}")

        # market data
        def tickPrice(self, reqId, tickType, price, attrib):
            self.ticks += 1
            if price == END:
                done.set()

        def tickSize(self, reqId, tickType, size):
            self.ticks += 1

        def tickString(self, reqId, tickType, value):
            self.ticks += 1

        def tickGeneric(self, reqId, tickType, value):
            self.ticks += 1

        def tickOptionComputation(self, reqId, tickType, *values):
            self.ticks += 1

        def tickByTickAllLast(self, reqId, tickType, time, price, size, *more):
            self.ticks += 1
            if price == END:
                done.set()

        def updateMktDepth(self, reqId, position, operation, side, price, size):
            self.ticks += 1
            if price == END:
                done.set()

        # history
        def historicalData(self, reqId, bar):
            rows.append((bar.date, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.wap, bar.barCount))

        def historicalDataEnd(self, reqId, start, end):
            done.set()

        def historicalDataUpdate(self, reqId, bar):
            self.ticks += 1
            if bar.close == END:
                done.set()

        def historicalTicksLast(self, reqId, ticks, last):
            rows.extend((t.time, t.price, t.size, t.exchange, t.specialConditions) for t in ticks)
            done.set()

        # account
        def contractDetails(self, reqId, details):
            rows.append(details)

        def openOrder(self, orderId, contract, order, state):
            rows.append((orderId, contract, order, state))

        def orderStatus(self, orderId, status, *values):
            self.ticks += 1

        def position(self, account, contract, position, avgCost):
            rows.append((account, contract, position, avgCost))

        def updateAccountValue(self, key, val, currency, accountName):
            rows.append((key, val, currency, accountName))

        def end(self, what):
            ends.add(what)
            if a.case != "connect" or len(ends) == 3:
                done.set()

        def contractDetailsEnd(self, reqId):
            self.end("details")

        def openOrderEnd(self):
            self.end("orders")

        def positionEnd(self):
            self.end("positions")

        def accountDownloadEnd(self, accountName):
            self.end("account")

    class Stamped(App):
        def tickPrice(self, reqId, tickType, price, attrib):
            now = clock()
            if price == END:
                done.set()
            else:
                lat.append(now - price)

    app = (Stamped if a.case == "latency" else App)()

    def wait():
        assert done.wait(WAIT), "timed out"
        done.clear()

    meter.start()
    app.connect("127.0.0.1", feeder.port, clientId=1)
    threading.Thread(target=app.run, daemon=True).start()
    assert ready.wait(10)
    try:
        if a.case == "connect":
            app.reqPositions()
            app.reqOpenOrders()
            app.reqAccountUpdates(True, ACCOUNT)
            wait()
            return meter.stop(rows=len(rows))

        def contract(i=756733, symbol="SPY", kind="STK"):
            c = Contract()
            c.conId, c.symbol, c.secType, c.exchange, c.currency = i, symbol, kind, "SMART", "USD"
            return c

        def bars():
            rows.clear()
            app.reqHistoricalData(100_000, contract(), "", "1 Y", "1 day" if a.date == "daily" else "1 min",
                                  "TRADES", 1, 2 if a.date == "epoch" else 1, False, [])
            wait()
            mid = meter.stop()
            df = pd.DataFrame(rows, columns="date open high low close volume average barCount".split())
            df = df.astype({"volume": float, "average": float})
            if a.date == "epoch":
                df["date"] = pd.to_datetime(df["date"].astype("int64"), unit="s", utc=True)
            elif a.date == "tz":
                df["date"] = pd.to_datetime(df["date"].str[:17], format="%Y%m%d %H:%M:%S").dt.tz_localize("US/Eastern")
            else:
                df["date"] = pd.to_datetime(df["date"], format="%Y%m%d")
            return mid, df

        def hticks(requests):
            rows.clear()
            for k in range(requests):
                app.reqHistoricalTicks(100_000 + k, contract(), "20240102 09:30:00 US/Eastern", "", 1000,
                                       "TRADES", 0, False, [])
                wait()
            mid = meter.stop()
            df = pd.DataFrame(rows, columns="time price size exchange conditions".split()).astype({"size": float})
            df["time"] = pd.to_datetime(df["time"], unit="s", utc=True)
            return mid, df

        if a.case in ("bars", "hticks"):
            for _ in range(WARM_UPS):
                bars() if a.case == "bars" else hticks(1)
        feeder.say("ARM")
        time.sleep(0.05)
        if a.case in ("ticks", "latency", "tbt", "depth", "barupd"):
            if a.case in ("ticks", "latency"):
                for i in range(a.m):
                    app.reqMktData(100_000 + i, contract(i + 1, f"S{i}"), "", False, False, [])
            elif a.case == "tbt":
                app.reqTickByTickData(100_000, contract(), "AllLast", 0, True)
            elif a.case == "depth":
                app.reqMktDepth(100_000, contract(), 10, False, [])
            else:
                app.reqHistoricalData(100_000, contract(), "", "1 D", "1 min", "TRADES", 1, 2, True, [])
                wait()
            feeder.expect("READY")
            meter.start()
            feeder.say("GO")
            wait()
            return meter.stop(ticks=app.ticks) | (latency_facts(lat) if lat else {})

        def history(first):
            meter.start(collect=first)
            mid, df = bars() if a.case == "bars" else hticks(a.m)
            return meter.stop(request_cpu_s=mid["cpu_s"], request_wall_s=mid["wall_s"]) | frame_facts(df)

        if a.case in ("bars", "hticks"):
            return middle([history(not run) for run in range(REPEATS)])
        meter.start()
        if a.case == "details":
            app.reqContractDetails(100_000, contract(0, "SPY", "OPT"))
        elif a.case == "orders":
            app.reqAllOpenOrders()
        elif a.case == "positions":
            app.reqPositions()
        else:
            app.reqAccountUpdates(True, ACCOUNT)
        wait()
        return meter.stop(rows=len(rows))
    finally:
        app.disconnect()


# ---------------------------------------------------------------- import cost


def run_import(a):
    """Cumulative -X importtime of the import a user writes, and the process's wall and
    CPU over those of an empty interpreter.
    """
    what = "import ibapi.client, ibapi.wrapper" if a.lib == "ibapi" else f"import {a.lib}"

    def timed(code):
        t, c = time.perf_counter(), os.times()
        subprocess.run([sys.executable, "-c", code], check=True)
        d = os.times()
        return time.perf_counter() - t, d.children_user + d.children_system - c.children_user - c.children_system

    err = subprocess.run([sys.executable, "-X", "importtime", "-c", "pass\n" + what], check=True,
                         capture_output=True, text=True).stderr
    lines = [re.match(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)", x) for x in err.splitlines()]
    top = a.lib.split(".")[0]
    cum = sum(int(m[2]) for m in lines if m and not m[3] and m[4].split(".")[0] == top)
    full, bare = [timed(what) for _ in range(3)], [timed("pass") for _ in range(3)]
    def med(v, i):
        return statistics.median(x[i] for x in v)
    return {"importtime_ms": cum / 1000, "modules": sum(1 for m in lines if m),
                "wall_s": med(full, 0) - med(bare, 0), "cpu_s": med(full, 1) - med(bare, 1)}


def profiled(fn, top=15):
    import cProfile
    import io
    import pstats
    pr = cProfile.Profile()
    out = pr.runcall(fn)
    text = io.StringIO()
    pstats.Stats(pr, stream=text).sort_stats("tottime").print_stats(top)
    print(re.sub(r"\S*/(site-packages|lib/python3\.\d+)/", "", text.getvalue()), file=sys.stderr)
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--lib", required=True)
    p.add_argument("--case", required=True)
    p.add_argument("--n", type=int, default=1000)
    p.add_argument("--m", type=int, default=1)
    p.add_argument("--version", type=int, default=178)
    p.add_argument("--mode", default="burst")
    p.add_argument("--date", default="tz")
    p.add_argument("--feeder-python", default=sys.executable, help="one with protobuf and ibapi, if v >= 201")
    p.add_argument("--profile", action="store_true", help="cProfile the client (top 15 to stderr)")
    a = p.parse_args()
    if a.case == "import":
        out = run_import(a)
    else:
        feeder = FeederProcess(a)
        run = run_ibapi if a.lib == "ibapi" else run_ib
        try:
            out = profiled(lambda: run(a, feeder, Meter())) if a.profile else run(a, feeder, Meter())
        finally:
            feeder.stop()
    out = {k: (None if isinstance(v, float) and math.isnan(v) else v) for k, v in out.items()}
    asked = {key: getattr(a, key) for key in ("lib", "case", "n", "m", "version", "mode", "date")}
    print(json.dumps(asked | out))


if __name__ == "__main__":
    main()
