"""Flex reports: reading, and downloading from a service that is not there."""

import asyncio
import io
import logging
from xml.etree import ElementTree

import pytest

from ibnb.errors import FlexError as FlexErrorOfErrors
from ibnb.flexreport import FLEXREPORT_URL, FlexError, FlexReport
from ibnb.version import __version__

REPORT = (
    b"<FlexQueryResponse queryName='q'>"
    b"<Trade a='1' b='2.5' c='x'/><Trade a='-2' b='3' c='1e'/><Empty/></FlexQueryResponse>"
)
HOME = "https://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService/GetStatement"
OTHER = HOME.replace("ndcdyn", "gdcdyn")


def accepted(url=HOME):
    return f"<R><Status>Success</Status><ReferenceCode>77</ReferenceCode><Url>{url}</Url></R>"


def refused(code, text="no", status="Fail"):
    return f"<R><Status>{status}</Status><ErrorCode>{code}</ErrorCode><ErrorMessage>{text}</ErrorMessage></R>"


class ScriptedReport(FlexReport):
    """Gets prepared answers, or errors, instead of those of the service, and time passes only in its pauses."""

    def __init__(self, *answers, timeout=600.0):
        self.answers, self.asked, self.clock = list(answers), [], 0.0
        super().__init__(timeout=timeout)

    async def _fetch(self, address):
        self.asked.append(address)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else answer.encode()

    def _now(self):
        return self.clock

    async def _pause(self, secs):
        self.clock += secs

    def hosts(self):
        return [address.split("/")[2].split(".")[0] for address in self.asked]


def fetch(report):
    asyncio.run(report.downloadAsync("token", "42"))
    return report


@pytest.fixture(autouse=True)
def no_address_from_outside(monkeypatch):
    monkeypatch.delenv("IB_FLEXREPORT_URL", raising=False)


def test_download():
    report = fetch(ScriptedReport(accepted(), REPORT))
    assert report.data == REPORT
    assert report.asked == [f"{FLEXREPORT_URL}t=token&q=42&v=3", f"{HOME}?q=77&t=token&v=3"]


def test_blocking_download():
    report = ScriptedReport(accepted(), REPORT)
    report.download("token", "42")
    assert report.topics() == {"FlexQueryResponse", "Trade"}


def test_the_constructor_downloads(monkeypatch):
    async def answer(self, address):
        return accepted().encode() if "SendRequest" in address else REPORT

    async def no_pause(self, secs):
        pass

    monkeypatch.setattr(FlexReport, "_fetch", answer)
    monkeypatch.setattr(FlexReport, "_pause", no_pause)
    assert FlexReport("token", "42").data == REPORT


def test_waits_until_the_report_is_ready(caplog):
    caplog.set_level(logging.INFO, "ibnb.flexreport")
    later = refused(1019, "in progress", "Warn")
    report = fetch(ScriptedReport(accepted(), later, later, later, REPORT))
    assert len(report.asked) == 5
    assert report.clock == pytest.approx(1 + 1 + 1.6 + 2.56)
    assert "in progress" in caplog.text
    assert "token" not in caplog.text


def test_gives_up_in_the_end():
    report = ScriptedReport(accepted(), refused(1019, "in progress", "Warn"), timeout=60)
    with pytest.raises(FlexError, match=r"1019: in progress; given up after 60 s"):
        fetch(report)
    assert report.clock <= 60
    assert len(report.asked) < 15


def test_asks_again_when_the_service_is_busy():
    report = fetch(ScriptedReport(refused(1018), refused(1009), accepted(), REPORT))
    assert report.data == REPORT


@pytest.mark.parametrize(("code", "advice"), [(1012, "new token"), (1014, "query id"), (1020, "read the text")])
def test_a_refusal_is_told_with_advice(code, advice):
    report = ScriptedReport(refused(code, "because"))
    with pytest.raises(FlexError, match=f"{code}: because; .*{advice}"):
        fetch(report)
    assert len(report.asked) == 1


def test_report_is_fetched_where_the_service_says():
    assert fetch(ScriptedReport(accepted(OTHER), REPORT)).hosts() == ["ndcdyn", "gdcdyn"]


def test_the_other_host_is_tried_when_a_page_comes_instead():
    report = fetch(ScriptedReport(accepted(), b"<html>404 not found<br></html>", REPORT))
    assert report.hosts() == ["ndcdyn", "ndcdyn", "gdcdyn"]
    assert report.data == REPORT


def test_the_other_host_is_tried_when_one_is_down():
    assert fetch(ScriptedReport(accepted(), OSError("no route"), REPORT)).hosts()[-1] == "gdcdyn"


def test_a_service_that_stays_down_is_given_up():
    report = ScriptedReport(OSError("no route"), timeout=10)
    with pytest.raises(FlexError, match=r"did not answer as the Flex service does \(no route\); given up"):
        fetch(report)


@pytest.mark.parametrize("url", ["https://evil.example/AccountManagement/FlexWebService/GetStatement",
                                 "http://gdcdyn.interactivebrokers.com/AccountManagement/FlexWebService/GetStatement",
                                 "https://interactivebrokers.com.evil.example/AccountManagement/x", ""])  # fmt: skip
def test_the_token_goes_to_no_strange_address(url):
    report = fetch(ScriptedReport(accepted(url), REPORT))
    assert report.asked[1] == f"{HOME}?q=77&t=token&v=3"


def test_no_reference_code():
    with pytest.raises(FlexError, match="no reference code"):
        fetch(ScriptedReport("<R><Status>Success</Status></R>"))


def test_address_from_the_environment(monkeypatch):
    monkeypatch.setenv("IB_FLEXREPORT_URL", "https://flex.example/SendRequest?x=1")
    report = fetch(ScriptedReport(accepted(""), REPORT))
    assert report.asked == ["https://flex.example/SendRequest?x=1&t=token&q=42&v=3",
                            "https://flex.example/GetStatement?q=77&t=token&v=3"]  # fmt: skip


@pytest.mark.parametrize("url", ["nonsense", "ftp://x/y", "https://"])
def test_wrong_address_from_the_environment(monkeypatch, url):
    monkeypatch.setenv("IB_FLEXREPORT_URL", url)
    with pytest.raises(FlexError, match="IB_FLEXREPORT_URL"):
        FlexReport().get_url()


def test_default_address():
    assert FlexReport().get_url() == FLEXREPORT_URL
    assert FlexError is FlexErrorOfErrors


@pytest.fixture
def report():
    report = FlexReport()
    report.root = ElementTree.fromstring(REPORT)
    return report


def test_topics_hold_data(report):
    assert report.topics() == {"FlexQueryResponse", "Trade"}


def test_extract(report):
    trades = report.extract("Trade")
    assert [vars(t) for t in trades] == [{"a": 1, "b": 2.5, "c": "x"}, {"a": -2, "b": 3, "c": "1e"}]
    assert type(trades[0]).__name__ == "Trade"
    assert vars(report.extract("Trade", parseNumbers=False)[0]) == {"a": "1", "b": "2.5", "c": "x"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-1.50", -1.5), (".5", 0.5), ("1e3", 1000.0), ("+7", 7), ("1_000", "1_000"), ("nan", "nan"),
     ("inf", "inf"), ("2024-01-05", "2024-01-05"), ("", ""), ("12 ", "12 "), ("\u0661", "\u0661")],
)  # fmt: skip
def test_numbers(text, value):
    report = FlexReport()
    report.root = ElementTree.Element("Q")
    ElementTree.SubElement(report.root, "T", {"v": text})
    parsed = report.extract("T")[0].v
    assert parsed == value
    assert type(parsed) is type(value)


def test_df(report):
    frame = report.df("Trade")
    assert list(frame.columns) == ["a", "b", "c"]
    assert list(frame.a) == [1, -2]
    assert report.df("Nothing") is None


def test_save_and_load(tmp_path):
    path = tmp_path / "report.xml"
    fetch(ScriptedReport(accepted(), REPORT)).save(str(path))
    assert FlexReport(path=str(path)).topics() == {"FlexQueryResponse", "Trade"}


def test_load_of_something_else(tmp_path):
    path = tmp_path / "report.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FlexError, match="no Flex report in XML"):
        FlexReport(path=str(path))


def test_what_is_sent_to_the_service(monkeypatch):
    asked = []

    def urlopen(request, timeout):
        asked.append((request.full_url, request.get_header("User-agent"), timeout))
        return io.BytesIO(b"body")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    assert asyncio.run(FlexReport()._fetch("https://flex.example/x")) == b"body"
    assert asked == [("https://flex.example/x", f"ibnb/{__version__}", 60)]


def test_real_pauses_and_clock():
    report = FlexReport()
    before = report._now()
    asyncio.run(report._pause(0))
    assert report._now() >= before
