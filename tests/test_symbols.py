"""Spellings and the contracts they mean."""

import datetime as dt
from types import SimpleNamespace

import pytest

from ibnb import symbols
from ibnb.contract import Contract, ContractDetails
from ibnb.errors import RequestError

TODAY = dt.date(2026, 11, 23)


def facts(text):
    c = symbols.contract_for(text, today=TODAY)
    return c.secType, c.symbol, c.lastTradeDateOrContractMonth, c.exchange, c.currency


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AAPL", ("STK", "AAPL", "", "SMART", "USD")),
        (" aapl ", ("STK", "AAPL", "", "SMART", "USD")),
        ("BRK.B", ("STK", "BRK B", "", "SMART", "USD")),
        ("brk-b", ("STK", "BRK B", "", "SMART", "USD")),
        ("VOD@LSE/GBP", ("STK", "VOD", "", "LSE", "GBP")),
        ("SAP/EUR", ("STK", "SAP", "", "SMART", "EUR")),
        ("EURUSD", ("CASH", "EUR", "", "IDEALPRO", "USD")),
        ("EUR.USD", ("CASH", "EUR", "", "IDEALPRO", "USD")),
        ("eur/usd", ("CASH", "EUR", "", "IDEALPRO", "USD")),
        ("CASH:EURUSD", ("CASH", "EUR", "", "IDEALPRO", "USD")),
        ("SPX", ("IND", "SPX", "", "CBOE", "USD")),
        ("SPX@CBOE", ("IND", "SPX", "", "CBOE", "USD")),
        ("DAX", ("IND", "DAX", "", "EUREX", "EUR")),
        ("IND:FOO@EUREX/EUR", ("IND", "FOO", "", "EUREX", "EUR")),
        ("ES", ("FUT", "ES", "", "CME", "USD")),
        ("ESZ6", ("FUT", "ES", "202612", "CME", "USD")),
        ("CLF27", ("FUT", "CL", "202701", "NYMEX", "USD")),
        ("6EH7", ("FUT", "EUR", "202703", "CME", "USD")),
        ("ESU1", ("FUT", "ES", "203109", "CME", "USD")),
        ("ESU2", ("FUT", "ES", "202209", "CME", "USD")),
        ("CONTFUT:ES", ("CONTFUT", "ES", "", "CME", "USD")),
        ("FUT:ABCM7@ICE", ("FUT", "ABC", "202706", "ICE", "USD")),
        ("STK:ES", ("STK", "ES", "", "SMART", "USD")),
        ("BTCUSD", ("CRYPTO", "BTC", "", "PAXOS", "USD")),
        ("BTC", ("STK", "BTC", "", "SMART", "USD")),
        ("CRYPTO:BTC", ("CRYPTO", "BTC", "", "PAXOS", "USD")),
        ("XAUUSD", ("CMDTY", "XAUUSD", "", "SMART", "USD")),
        ("CFD:IBUS500", ("CFD", "IBUS500", "", "SMART", "USD")),
        ("GOOGL", ("STK", "GOOGL", "", "SMART", "USD")),
    ],
)
def test_a_spelling_means_its_contract(text, expected):
    assert facts(text) == expected


def test_a_contract_id_is_taken_as_it_is():
    contract = symbols.contract_for("#265598")
    assert (contract.conId, contract.exchange) == (265598, "SMART")


@pytest.mark.parametrize("text", ["", "AAPL!", "$X", "STK:", "A@B@C", "FOO:AAPL", "CASH:EURXXX", "a" * 3 + "\n;"])
def test_what_is_no_symbol_is_told(text):
    with pytest.raises(ValueError, match=r"not a symbol|is called|not of the kind"):
        symbols.contract_for(text)


def test_only_expired_futures_ask_for_expired_ones():
    assert symbols.contract_for("ESU6", today=TODAY).includeExpired
    assert not symbols.contract_for("ESX6", today=TODAY).includeExpired
    assert not symbols.contract_for("ES", today=TODAY).includeExpired


@pytest.mark.parametrize(
    ("text", "what"), [("AAPL", "TRADES"), ("EURUSD", "MIDPOINT"), ("BTCUSD", "AGGTRADES"), ("XAUUSD", "MIDPOINT")]
)
def test_bars_default_to_data_that_exists(text, what):
    assert symbols.default_what(symbols.contract_for(text)) == what


def test_known_symbols_are_all_readable():
    known = symbols.known_symbols()
    assert {"AAPL", "EURUSD", "SPX", "ES", "BTCUSD"} <= set(known)
    assert list(known) == sorted(known)
    assert all(symbols.contract_for(name).symbol for name in known)


class FakeIB(SimpleNamespace):
    """Answers contract details from a list."""

    def reqContractDetails(self, contract):
        self.asked = contract
        if isinstance(self.answer, Exception):
            raise self.answer
        return [ContractDetails(contract=c) for c in self.answer]


def test_resolve_keeps_smart_and_takes_the_id():
    ib = FakeIB(answer=[Contract(conId=1, symbol="AAPL", secType="STK", exchange="NASDAQ", currency="USD")])
    contract = symbols.resolve(ib, "AAPL")
    assert (contract.conId, contract.exchange) == (1, "SMART")


def test_resolve_takes_the_front_month():
    months = [
        Contract(conId=0, secType="FUT", lastTradeDateOrContractMonth="20270319"),
        Contract(conId=1, secType="FUT", lastTradeDateOrContractMonth="20261218"),
    ]
    assert symbols.resolve(FakeIB(answer=months), "ES").conId == 1


def test_resolve_names_the_candidates():
    two = [Contract(conId=i, symbol="AMD", exchange=e, currency="USD") for i, e in enumerate(["NYSE", "LSE"])]
    with pytest.raises(ValueError, match=r"2 instruments.*AMD@NYSE/USD, AMD@LSE/USD"):
        symbols.resolve(FakeIB(answer=two), "AMD")


@pytest.mark.parametrize("answer", [[], RequestError(1, 200, "No security definition")])
def test_resolve_tells_what_is_unknown(answer):
    with pytest.raises(ValueError, match=r"no instrument 'XXX'.*other forms"):
        symbols.resolve(FakeIB(answer=answer), "XXX")


def test_resolve_passes_other_errors_on():
    with pytest.raises(RequestError):
        symbols.resolve(FakeIB(answer=RequestError(1, 504, "Not connected")), "AAPL")
