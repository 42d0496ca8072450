"""History from the user's own files."""

import numpy as np
import pandas as pd
import pytest

from ibnb.contract import Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, make_gateway, one

DAYS = pd.bdate_range("2024-01-02", periods=40)


def frame(index, start=100.0, name="date"):
    n = len(index)
    close = start + np.arange(n, dtype=float)
    return pd.DataFrame(
        {
            name: index,
            "Open": close - 0.5,
            "HIGH": close + 1,
            "low": close - 1,
            "close": close,
            "Volume": 1000 + np.arange(n),
        }
    )


def ask(peer, symbol, size="1 day", duration="10 D", end="", rth=1, what="TRADES", **options):
    request = m.ReqHistoricalData(1, Stock(symbol, "SMART", "USD"), end, size, duration, rth, what, 1, False)
    return peer.ask(request)


def bars(peer, symbol, **options):
    return one(ask(peer, symbol, **options), m.HistoricalData).bars


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_daily_file_is_served_as_it_is(tmp_path, kind):
    data = frame(DAYS)
    if kind == "csv":
        data.to_csv(tmp_path / "acme.csv", index=False)
    else:
        data.to_parquet(tmp_path / "acme.parquet", index=False)
    found = bars(Peer(data=tmp_path), "ACME")
    assert [b.date for b in found] == [f"{d:%Y%m%d}" for d in DAYS[-10:]]
    last = found[-1]
    assert (last.open, last.high, last.low, last.close, last.volume) == (138.5, 140.0, 138.0, 139.0, 1039)


def test_all_of_it_and_coarser_sizes(tmp_path):
    frame(DAYS).to_csv(tmp_path / "ACME.csv", index=False)
    peer = Peer(data=tmp_path)
    assert len(bars(peer, "ACME", duration="1 Y")) == 40
    weeks = bars(peer, "ACME", size="1 week", duration="1 Y")
    assert sum(b.volume for b in weeks) == sum(1000 + n for n in range(40))
    assert weeks[0].open == 99.5
    months = bars(peer, "ACME", size="1 month", duration="1 Y")
    assert [b.close for b in months] == [121.0, 139.0]
    assert weeks[2].date == "20240119"
    assert error_of(ask(peer, "ACME", size="1 hour"))[1] == 162, "nothing finer than the file"


def test_minutes_with_and_without_a_zone(tmp_path):
    local = pd.date_range("2024-03-04 09:30", periods=390, freq="min")
    frame(local, name="Datetime").to_csv(tmp_path / "PLAIN.csv", index=False)
    frame(local.tz_localize("US/Eastern"), name="timestamp").to_csv(tmp_path / "ZONED.csv", index=False)
    tws = [f"{t:%Y%m%d %H:%M:%S} US/Eastern" for t in local]
    frame(tws).to_csv(tmp_path / "TWS.csv", index=False)
    seconds = local.tz_localize("US/Eastern").astype("int64") // 10 ** (
        9 if local.unit == "ns" else 6 if local.unit == "us" else 0
    )
    frame(seconds, name="time").to_csv(tmp_path / "EPOCH.csv", index=False)
    frame(local.tz_localize("US/Eastern").tz_convert("UTC")).to_parquet(tmp_path / "UTC.parquet")
    peer = Peer(data=tmp_path)
    for symbol in ("PLAIN", "ZONED", "TWS", "EPOCH", "UTC"):
        found = bars(peer, symbol, size="1 min", duration="1 D")
        assert len(found) == 390, symbol
        assert found[0].date == "20240304 09:30:00 US/Eastern", symbol
        hours = bars(peer, symbol, size="1 hour", duration="1 D")
        assert [b.date[9:14] for b in hours] == ["09:30", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]
        assert hours[0].volume == sum(1000 + n for n in range(30))


def test_regular_hours_only_when_asked(tmp_path):
    local = pd.date_range("2024-03-04 08:00", periods=600, freq="min")
    frame(local).to_csv(tmp_path / "ACME.csv", index=False)
    peer = Peer(data=tmp_path)
    assert len(bars(peer, "ACME", size="1 min", duration="1 D", rth=0)) == 600
    assert len(bars(peer, "ACME", size="1 min", duration="1 D")) == 390


def test_end_within_and_before_the_file(tmp_path):
    frame(DAYS).to_csv(tmp_path / "ACME.csv", index=False)
    peer = Peer(data=tmp_path)
    assert bars(peer, "ACME", end="20240115 23:59:59 US/Eastern")[-1].date == "20240115"
    assert error_of(ask(peer, "ACME", end="20230115-00:00:00"))[1] == 162


def test_a_known_symbol_keeps_its_contract_and_quotes_go_on_from_the_file(tmp_path):
    frame(DAYS, start=500.0).to_csv(tmp_path / "AMD.csv", index=False)
    peer = Peer(data=tmp_path)
    details = one(peer.ask(m.ReqContractDetails(2, Stock("AMD", "SMART", "USD"))), m.ContractDetails)
    assert details.contractDetails.contract.conId == 4391
    assert bars(peer, "AMD")[-1].close == 539.0
    prices = {
        t.tickType: t.price for t in peer.ask(m.ReqMktData(3, Stock("AMD", "SMART", "USD"))) if type(t) is m.TickPrice
    }
    assert prices[4] == pytest.approx(539.0, rel=0.05)


def test_small_prices_keep_their_digits(tmp_path):
    data = frame(DAYS)
    data["close"] = data["Open"] = 1.165455
    data["HIGH"], data["low"] = 1.17, 1.16
    data.to_csv(tmp_path / "ACME.csv", index=False)
    assert bars(Peer(data=tmp_path), "ACME")[-1].close == 1.165455


def test_bars_of_a_file_kept_up_to_date_go_on_with_todays(tmp_path):
    frame(DAYS).to_csv(tmp_path / "ACME.csv", index=False)
    peer = Peer(data=tmp_path)
    request = m.ReqHistoricalData(1, Stock("ACME", "SMART", "USD"), "", "1 day", "10 D", 1, "TRADES", 1, True)
    assert len(one(peer.ask(request), m.HistoricalData).bars) == 10
    updates = [u.bar for u in peer.step(2) if type(u) is m.HistoricalDataUpdate]
    assert [u.date for u in updates] == ["20261120"]
    assert updates[0].close == pytest.approx(139, rel=0.1)


def test_a_new_symbol_is_a_contract(tmp_path):
    frame(DAYS).to_csv(tmp_path / "ACME.csv", index=False)
    peer = Peer(data=tmp_path)
    details = one(peer.ask(m.ReqContractDetails(2, Stock("ACME", "SMART", "USD"))), m.ContractDetails)
    assert details.contractDetails.contract.symbol == "ACME"
    again = one(Peer(data=tmp_path).ask(m.ReqContractDetails(2, Stock("ACME", "SMART", "USD"))), m.ContractDetails)
    assert again.contractDetails.contract.conId == details.contractDetails.contract.conId
    head = one(peer.ask(m.ReqHeadTimeStamp(3, Stock("ACME", "SMART", "USD"), 1, "TRADES", 1)), m.HeadTimestamp)
    assert head.headTimestamp.startswith("20240102")


def test_rows_out_of_order_twice_or_empty_are_mended(tmp_path):
    data = frame(DAYS)
    data.loc[5, "close"] = np.nan
    mixed = pd.concat([data.iloc[20:], data.iloc[:20], data.iloc[:1]])
    mixed.to_csv(tmp_path / "ACME.csv", index=False)
    found = bars(Peer(data=tmp_path), "ACME", duration="1 Y")
    assert len(found) == 39
    assert [b.date for b in found] == sorted({b.date for b in found})


def test_no_volume_and_weekends(tmp_path):
    week = frame(pd.date_range("2024-01-01", periods=30)).drop(columns="Volume")
    week.to_csv(tmp_path / "COINX.csv", index=False)
    found = bars(Peer(data=tmp_path), "COINX", duration="30 D")
    assert len(found) == 30
    assert {b.volume for b in found} == {0}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("date,open,high,low\n2024-01-02,1,2,3\n", "no column close"),
        ("open,high,low,close\n1,2,3,4\n", "no column of dates"),
        ("date,open,high,low,close\nsoon,1,2,3,4\n", "dates cannot be read"), ("date,open,high,low,close\n", "no row"),
        ("", "cannot be read"),
    ],
)  # fmt: skip
def test_bad_files_say_which_and_why(tmp_path, text, complaint):
    (tmp_path / "BAD.csv").write_text(text)
    with pytest.raises(ValueError, match=complaint) as problem:
        make_gateway(data=tmp_path)
    assert "BAD.csv" in str(problem.value)


def test_no_folder_and_no_files(tmp_path):
    with pytest.raises(ValueError, match="not a folder"):
        make_gateway(data=tmp_path / "missing")
    with pytest.raises(ValueError, match=r"no \.csv or \.parquet"):
        make_gateway(data=tmp_path)
