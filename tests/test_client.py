"""The engine: ids, facts of the connection, the rate limit, losing the connection."""

import pytest
from reducing import AMD
from wired import Wire

from ibnb import util
from ibnb.contract import Stock
from ibnb.errors import ConnectionLost, DecodeError, NotConnected
from ibnb.ib import IB
from ibnb.order import MarketOrder
from ibnb.wire import catalogue as m


def test_ids_rise_above_every_id_seen(wire):
    client = wire.ib.client
    assert [client.getReqId(), client.getReqId()] == [1, 2]
    client.updateReqId(50)
    client.updateReqId(10)
    assert client.getReqId() == 50
    wire.tell(m.NextValidId(100))
    assert client.getReqId() == 100


@pytest.mark.parametrize("name", ["getReqId", "getAccounts", "connectionStats"])
def test_facts_need_a_connection(name):
    with pytest.raises(NotConnected):
        getattr(IB().client, name)()


def test_facts_of_a_connection(wire):
    client = wire.ib.client
    assert (client.isConnected(), client.isReady(), client.serverVersion()) == (True, True, 225)
    assert (client.getAccounts(), client.connState) == (["DU1"], client.CONNECTED)
    stats = client.connectionStats()
    assert (stats.numMsgRecv, stats.duration >= 0) == (2, True)


def test_a_connection_is_ready_with_accounts_and_an_order_id():
    wire = Wire(accounts="")
    assert (wire.ib.client.isConnected(), wire.ib.client.isReady(), wire.ib.isConnected()) == (True, False, False)
    wire.tell(m.ManagedAccounts("DU1"))
    assert wire.ib.isConnected()
    wire.ib.disconnect()


def test_being_ready_is_told_once():
    ib, seen = IB(), []
    ib.client.apiStart += lambda: seen.append("start")
    wire = Wire(ib)
    wire.tell(m.NextValidId(9))
    wire.fire()
    assert seen == ["start"]
    ib.disconnect()


@pytest.mark.parametrize("version", [157, 178, 201, 225])
def test_old_and_new_servers_are_understood(version):
    wire = Wire(server_version=version)
    ticker = wire.ib.reqMktData(AMD)
    wire.tell(m.TickPrice(wire.sent[0].reqId, 1, 10.0, 5.0))
    assert (wire.ib.client.serverVersion(), ticker.bid) == (version, 10.0)
    wire.ib.disconnect()


def test_a_lost_connection_is_told_and_everything_is_forgotten(wire):
    seen = []
    wire.ib.client.apiEnd += lambda: seen.append("end")
    wire.ib.disconnectedEvent += lambda: seen.append("disconnected")
    ticker = wire.ib.reqMktData(AMD)
    ticker.updateEvent.done_event += lambda event: seen.append("done")
    wire.tell(m.Position("DU1", AMD, 5.0, 9.0))
    wire.lose()
    wire.fire()
    assert seen == ["end", "disconnected", "done"]
    assert (wire.ib.isConnected(), wire.ib.positions(), wire.ib.tickers()) == (False, [], [])
    assert (wire.ib.client.host, wire.ib.client.clientId) == ("", -1)
    assert wire.ib.disconnect() is None


def test_a_lost_connection_is_a_global_error(wire):
    seen = []
    util.globalErrorEvent += seen.append
    wire.lose()
    wire.fire()
    util.globalErrorEvent -= seen.append
    assert [type(error) for error in seen] == [ConnectionLost]


def test_a_lost_connection_stands_in_the_log(wire):
    wire.lose()
    assert [line.text for line in wire.ib.wrapper.log.values()] == ["the gateway closed the connection"]


def test_the_link_of_tws_to_ib_is_followed(wire):
    seen = []
    wire.ib.wrapper.on_status = lambda state, text: seen.append(state)
    wire.tell(m.Error(-1, 1100, "lost"), m.Error(-1, 1102, "back"), m.Error(-1, 2104, "farm ok"))
    assert seen == ["stale", "live"]


def test_a_broken_farm_is_followed(wire):
    seen = []
    wire.ib.wrapper.on_status = lambda state, text: seen.append((state, text))
    wire.tell(m.Error(-1, 2105, "HMDS data farm connection is broken:ushmds"))
    wire.tell(m.Error(-1, 2103, "Market data farm connection is broken:usfarm"), m.Error(-1, 2104, "is OK:eufarm"))
    wire.tell(m.Error(-1, 2104, "Market data farm connection is OK:usfarm"))
    assert seen == [("stale", "2103: market data farm usfarm is down"), ("live", "")]
    assert wire.ib.client.dataStatus() == ("live", "")
    wire.tell(m.Error(-1, 1100, "lost"))
    assert wire.ib.client.dataStatus() == ("stale", "1100: TWS has no connection to IB")
    wire.lose()
    assert wire.ib.client.dataStatus() == ("stale", "not connected")


def test_a_connection_made_while_a_farm_is_down_begins_stale():
    from ibnb.sim import Gateway

    ib, seen = IB(), []
    ib.wrapper.on_status = lambda state, text: seen.append((state, text))
    with Gateway.start_thread() as running:
        running.call(lambda: running.gateway.connectivity.set_farm("usfarm", "down"))
        ib.connect(running.host, running.port, clientId=1, timeout=10)
        assert list(ib.loopUntil(lambda: seen[-1:] == [("stale", "2103: market data farm usfarm is down")], 5))[-1]
        ib.disconnect()
    assert seen[-1] == ("stale", "disconnected")


def asked(wire, cls):
    return [message for message in wire.sent if type(message) is cls]


def test_what_tws_has_forgotten_is_asked_for_again(wire):
    wire.ib.reqMktData(AMD)
    wire.ib.reqMktDepth(AMD)
    gone = wire.ib.reqMktData(Stock("INTC", "SMART", "USD"))
    wire.ib.cancelMktData(Stock("INTC", "SMART", "USD"))
    wire.sent.clear()
    wire.tell(m.Error(-1, 1100, "lost"), m.Error(-1, 1101, "back, data lost"))
    again = asked(wire, m.ReqMktData)
    assert [(x.contract.symbol, type(x)) for x in again] == [("AMD", m.ReqMktData)]
    assert [x.contract.symbol for x in asked(wire, m.ReqMktDepth)] == ["AMD"]
    wire.tell(m.TickPrice(again[0].reqId, 1, 10.0, 100.0, 0))
    assert (wire.ib.ticker(AMD).bid, gone.bid == gone.bid) == (10.0, False)
    wire.sent.clear()
    wire.tell(m.Error(-1, 1101, "once more"))
    assert [x.contract.symbol for x in asked(wire, m.ReqMktData)] == ["AMD"]
    wire.ib.cancelMktData(AMD)
    assert [x.reqId for x in asked(wire, m.CancelMktData)] == [asked(wire, m.ReqMktData)[0].reqId]


def test_an_answer_that_cannot_be_read_fails_its_request(wire):
    wire.ib.RequestTimeout = 5

    def answer(asked):
        wire.session.on_decode_error(DecodeError("UserInfo", 225, "reqId", "x", asked.reqId))
        return [m.Error(-1, 2104, "ok")]

    wire.answers[m.ReqUserInfo] = answer
    with pytest.raises(DecodeError, match="UserInfo at server version 225"):
        wire.ib.reqUserInfo()


def test_options_of_the_handshake_are_sent(gateway):
    ib = IB()
    ib.client.setConnectOptions("+PACEAPI")
    ib.connect(gateway.host, gateway.port, clientId=81)
    assert gateway.call(lambda: gateway.gateway.client(81).session.connect_options) == "+PACEAPI"
    ib.disconnect()


def test_requests_above_the_rate_wait_their_turn(gateway):
    ib, seen = IB().connect(gateway.host, gateway.port, clientId=82), []
    ib.client.throttleStart += lambda: seen.append("start")
    ib.client.throttleEnd += lambda: seen.append("end")
    ib.client.MaxRequests, ib.client.RequestsInterval = 5, 0.1
    for _ in range(12):
        ib.client.reqCurrentTime()
    before = gateway.call(lambda: gateway.gateway.client(82).session.stats.messages_in)
    assert list(ib.loopUntil(lambda: "end" in seen, 5))[-1]
    after = gateway.call(lambda: gateway.gateway.client(82).session.stats.messages_in)
    assert seen == ["start", "end"]
    assert before < after
    ib.disconnect()


def test_orders_overtake_what_waits(gateway):
    ib = IB().connect(gateway.host, gateway.port, clientId=83)
    ib.client.MaxRequests, ib.client.RequestsInterval = 1, 0.05
    for _ in range(20):
        ib.client.reqCurrentTime()
    ib.client.reqGlobalCancel()
    assert ib.client.conn._queue._urgent
    ib.disconnect()


def test_running_ends_with_an_interrupt(monkeypatch):
    from ibnb import client as module

    calls = []
    monkeypatch.setattr(module, "run_here", lambda *args: calls.append(args))
    IB().client.run()
    IB().client.disconnect()
    assert calls == [()]


@pytest.mark.parametrize("contract", ["AAPL", None, 265598])
@pytest.mark.parametrize(
    "ask",
    [
        lambda ib, contract: ib.reqMktData(contract),
        lambda ib, contract: ib.reqTickers(contract),
        lambda ib, contract: ib.reqMktDepth(contract),
        lambda ib, contract: ib.reqTickByTickData(contract, "Last"),
        lambda ib, contract: ib.reqContractDetails(contract),
        lambda ib, contract: ib.qualifyContracts(contract),
        lambda ib, contract: ib.reqHistoricalData(contract, "", "1 D", "1 day", "TRADES", True),
        lambda ib, contract: ib.reqRealTimeBars(contract, 5, "TRADES", True),
        lambda ib, contract: ib.reqHeadTimeStamp(contract, "TRADES", True),
        lambda ib, contract: ib.reqHistoricalTicks(contract, "", "", 10, "TRADES", True),
        lambda ib, contract: ib.placeOrder(contract, MarketOrder("BUY", 1)),
        lambda ib, contract: ib.whatIfOrder(contract, MarketOrder("BUY", 1)),
        lambda ib, contract: ib.calculateImpliedVolatility(contract, 1.0, 1.0),
    ],
)
def test_what_is_no_contract_is_refused_with_advice(wire, ask, contract):
    with pytest.raises(TypeError, match=f"a contract is needed, such as Stock.*, not {contract!r}"):
        ask(wire.ib, contract)
    assert (wire.sent, wire.ib.trades()) == ([], [])
