"""The quickstart's tables and chart as a marimo notebook: `marimo run tests/hosts/quickstart_marimo.py`."""

import marimo

app = marimo.App()


@app.cell
def _():
    import ibnb

    ib = ibnb.demo()
    for contract in ib.qualifyContracts(ibnb.Stock("AAPL", "SMART", "USD"), ibnb.Forex("EURUSD")):
        ib.reqMktData(contract)
    return ib, ibnb


@app.cell
def _(ib):
    ib.tables.quotes.sort("symbol")  # live by itself: a table at the end of a cell
    return


@app.cell
def _(ib):
    ib.tables.positions.view(columns=["symbol", "position"])
    return


@app.cell
def _(ib, ibnb):
    bars = ib.reqHistoricalData(
        ibnb.Stock("AAPL", "SMART", "USD"), "", "1 D", "5 mins", "TRADES", useRTH=False, keepUpToDate=True
    )
    bars  # noqa: B018  the chart
    return


if __name__ == "__main__":
    app.run()
