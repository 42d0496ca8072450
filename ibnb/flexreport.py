"""Account reports by the Flex web service: download, keep, and read them.

The service is asked to prepare a report and then polled until it is ready. IB has moved it between hosts and paths
more than once, so the report is fetched from the address that the service names and from the known ones in turn.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from ibnb.errors import FlexError
from ibnb.objects import DynamicObject
from ibnb.version import __version__

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FLEXREPORT_URL", "FlexError", "FlexReport"]

FLEXREPORT_URL: Final = "https://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService/SendRequest?"
_OTHER_HOSTS: Final = ("ndcdyn.interactivebrokers.com", "gdcdyn.interactivebrokers.com")

# Codes of the service that pass: not ready yet, busy, or asked too often.
_LATER: Final = frozenset({1001, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1018, 1019, 1021})

_ADVICE: Final = {
    1010: "make an Activity Flex query; legacy queries are no longer served",
    1011: "activate the Flex Web Service in Client Portal",
    1012: "make a new token in Client Portal",
    1013: "make a token without or with another IP restriction",
    1014: "check the query id",
    1015: "check the token",
    1016: "check that the account belongs to the token",
    1018: "ask at most once a second and ten times a minute",
}

_INTEGER: Final = re.compile(r"[+-]?[0-9]+\Z")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")

logger = logging.getLogger("ibnb.flexreport")


class FlexReport:
    """A Flex report: downloaded if token and query id are given, read from a file if a path is.

    In a running event loop make it empty and use `await report.downloadAsync(token, queryId)`.

    Args:
        token: Token of the Flex web service, from Client Portal.
        queryId: Id of the Flex query, from Client Portal.
        path: File with a report that was saved before.
        timeout: Seconds until a download is given up.

    Attributes:
        data: The report as it came, XML.
        root: Its root element.

    Raises:
        FlexError: The service refuses, does not get ready in time, or sends something else than a report.
    """

    data: bytes
    root: ElementTree.Element

    def __init__(
        self,
        token: str | None = None,
        queryId: str | None = None,
        path: str | None = None,
        timeout: float = 600.0,
    ) -> None:
        self.timeout = timeout
        if token and queryId:
            self.download(token, queryId)
        elif path:
            self.load(path)

    def topics(self) -> set[str]:
        """Return the names of the elements that hold data, for `extract` and `df`."""
        return {node.tag for node in self.root.iter() if node.attrib}

    def extract(self, topic: str, parseNumbers: bool = True) -> list[Any]:
        """Return the elements of a topic in their order, as objects of a class of that name.

        Args:
            topic: Name of the elements.
            parseNumbers: Make numbers of texts that are numbers.
        """
        cls = type(topic, (DynamicObject,), {})
        read = _parsed if parseNumbers else dict
        return [cls(**read(node.attrib)) for node in self.root.iter(topic)]

    def df(self, topic: str, parseNumbers: bool = True) -> pd.DataFrame | None:
        """Return the elements of a topic as a frame, None if there are none.

        Args:
            topic: Name of the elements; each attribute becomes a column.
            parseNumbers: Make numbers of texts that are numbers.
        """
        from ibnb import util

        return util.df(self.extract(topic, parseNumbers))

    def get_url(self) -> str:
        """Return the address of the service: the environment variable IB_FLEXREPORT_URL, or `FLEXREPORT_URL`.

        Raises:
            FlexError: The variable holds no http address.
        """
        url = os.environ.get("IB_FLEXREPORT_URL", FLEXREPORT_URL)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise FlexError(f"IB_FLEXREPORT_URL is {url!r}, which is no http address; correct it or unset it")
        return url

    def download(self, token: str, queryId: str) -> None:
        """Download a report; see `downloadAsync`."""
        from ibnb import util

        util.run(self.downloadAsync(token, queryId))

    async def downloadAsync(self, token: str, queryId: str) -> None:
        """Have the service prepare a report and download it into `data` and `root`.

        The service is polled after one second, then ever more slowly up to each ten seconds, as it takes ten calls a
        minute at most.

        Raises:
            FlexError: The service refuses, is not ready after `timeout` seconds, or sends something else.
        """
        deadline = self._now() + self.timeout
        url = self.get_url()
        answer = await self._ask([_with(url, t=token, q=queryId, v=3)], deadline)
        reference = answer.findtext("ReferenceCode")
        if not reference:
            raise FlexError(f"the Flex service accepted query {queryId} but gave no reference code; try again later")
        query = {"q": reference, "t": token, "v": 3}
        addresses = [_with(place, **query) for place in _statement_urls(url, answer.findtext("Url") or "")]
        logger.info("Flex query %s: report %s is being prepared", queryId, reference)
        await self._pause(1.0)
        self.root = await self._ask(addresses, deadline)
        logger.info("Flex query %s: %d bytes", queryId, len(self.data))

    async def _ask(self, addresses: list[str], deadline: float) -> ElementTree.Element:
        """Call the first address that answers as the service does, until the answer is final; return its root."""
        addresses = list(addresses)
        delay = 1.0
        while True:
            address = addresses[0]
            trouble = ""
            try:
                self.data = await self._fetch(address)
                root = ElementTree.fromstring(self.data)
            except (OSError, ElementTree.ParseError) as error:
                trouble = f"{urlsplit(address).netloc} did not answer as the Flex service does ({error})"
                if len(addresses) > 1:
                    logger.info("%s; trying %s", trouble, urlsplit(addresses[1]).netloc)
                    del addresses[0]
                    continue
            else:
                code = int(root.findtext("ErrorCode") or 0)
                if not code and (root.findtext("Status") or "Success") == "Success":
                    return root
                text = root.findtext("ErrorMessage") or root.findtext("Status") or ""
                trouble = f"Flex service: {code}: {text}"
                if code not in _LATER:
                    raise FlexError(f"{trouble}; {_ADVICE.get(code, 'read the text')}")
            if self._now() + delay > deadline:
                raise FlexError(f"{trouble}; given up after {self.timeout:g} s, try again later")
            logger.info("%s; trying again in %g s", trouble, delay)
            await self._pause(delay)
            delay = min(delay * 1.6, 10.0)

    async def _fetch(self, address: str) -> bytes:
        """Return what is at an address."""

        def get() -> bytes:
            from urllib.request import Request, urlopen

            request = Request(address, headers={"User-Agent": f"ibnb/{__version__}"})
            with urlopen(request, timeout=60) as response:
                body: bytes = response.read()
            return body

        return await asyncio.to_thread(get)

    def _now(self) -> float:
        return time.monotonic()

    async def _pause(self, secs: float) -> None:
        await asyncio.sleep(secs)

    def load(self, path: str) -> None:
        """Read a report from a file.

        Raises:
            FlexError: The file holds no XML.
        """
        with open(path, "rb") as file:
            self.data = file.read()
        try:
            self.root = ElementTree.fromstring(self.data)
        except ElementTree.ParseError as error:
            raise FlexError(f"{path} is no Flex report in XML ({error}); make the Flex query give XML") from error

    def save(self, path: str) -> None:
        """Write the report to a file."""
        with open(path, "wb") as file:
            file.write(self.data)


def _parsed(attributes: dict[str, str]) -> dict[str, Any]:
    """Return attributes with texts that are numbers as numbers."""
    return {
        name: int(text) if _INTEGER.match(text) else float(text) if _NUMBER.match(text) else text
        for name, text in attributes.items()
    }


def _with(url: str, **query: Any) -> str:
    """Return an address with parameters added."""
    joint = "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode(query)}"


def _statement_urls(request_url: str, named: str) -> list[str]:
    """Return where a report may be fetched, best first: where the service says, beside the request, on the other host.

    The token goes along, so an address that the service names counts only if it is IB's own.
    """
    asked = urlsplit(request_url)
    beside = f"{asked.scheme}://{asked.netloc}{asked.path.replace('SendRequest', 'GetStatement')}"
    urls = []
    place = urlsplit(named.strip())
    host = place.hostname or ""
    if place.scheme == "https" and host.endswith(".interactivebrokers.com") and "/AccountManagement/" in place.path:
        urls.append(f"https://{place.netloc}{place.path}")
    urls.append(beside)
    if asked.netloc in _OTHER_HOSTS:
        urls += [f"https://{other}{urlsplit(beside).path}" for other in _OTHER_HOSTS]
    return list(dict.fromkeys(urls))
