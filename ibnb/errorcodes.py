"""The codes that TWS sends with errors, warnings and notices: what they mean and what to do about them.

One line a code, parted by bars: number, kind, subject, meaning, advice; an indented line goes on with the one before.
Kinds are `error`, `warning`, `info`, `connectivity` (the link between the gateway and IB) and `client` (raised by
client libraries themselves, listed so that they can be looked up). Where no advice is given, that of the subject
holds. The table is long because it is complete; it is read at first use of `ibnb.errors.CODES`.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class CodeInfo(NamedTuple):
    """What is known about a code of TWS.

    `subject` is `order`, `request`, `connection`, `client`, or empty where the code concerns nothing special.
    """

    kind: str
    meaning: str
    advice: str
    subject: str = ""


ADVICE: Final = {
    "": "read the text",
    "client": "check the connection and the arguments of the call",
    "connection": "check the connection",
    "order": "correct the order and place it again",
    "request": "correct the request and send it again",
}


def _read(table: str) -> dict[int, CodeInfo]:
    """Read the table below."""
    codes = {}
    for line in table.strip().replace("\n    ", " ").splitlines():
        code, kind, subject, meaning, advice = line.split("|")
        codes[int(code)] = CodeInfo(kind, meaning, advice or ADVICE[subject], subject)
    return codes


CODES: Final = _read(
    """
100|error|request|message rate limit exceeded|send fewer messages; at most half the market data lines a second (50
    by default)
101|error|request|market data line limit reached|cancel a subscription first, or book more market data lines
102|error|request|ticker id already in use|use a request id that is not in use (ib.client.getReqId())
103|error|order|order id already in use or not above the last one|let placeOrder choose the id, or take it from
    ib.client.getReqId()
104|error|order|filled order cannot be modified|the order is filled; place a new one
105|warning|order|modification does not match the live order|read the open order again (ib.reqOpenOrders()) and
    change that
106|error|order|order id cannot be transmitted|
107|error|order|order incomplete, not transmitted|
109|error|order|price outside the percentage limit of the presets|
110|error|order|price does not fit the minimum increment|round the price to the minTick of the contract details or
    to its market rule
111|error|order|time in force and order type do not go together|
113|error|order|MOC and LOC orders need DAY|
114|error|order|relative orders are for stocks only (old)|
115|error|order|relative orders need certain venues (old)|
116|error|order|exchange is dead|
117|error|order|block order smaller than 50|
118|error|order|VWAP orders need the VWAP venue|
119|error|order|VWAP venue takes VWAP orders only|
120|error|order|too late for a VWAP order today|
121|error|order|invalid BD flag (old)|
122|error|order|order has no request tag|
123|error|order|no record for the conId (old)|
124|error|order|no market rule for the conId|
125|error|order|buy price must equal best ask|
126|error|order|sell price must equal best bid|
127|error|order|linkage orders not supported there (old)|
128|error|order|linkage customers limited for options (old)|
129|error|order|VWAP orders must come 3 minutes before start|
131|warning|order|sweep-to-fill/display size ignored for this order|nothing to do
132|error|order|clearing account missing|
133|error|order|new order failed|
134|error|order|order modification failed|
135|error|order|order id not found|the order is gone; ask for the open orders again (ib.reqOpenOrders())
136|error|order|order cannot be cancelled|ask for the open orders again (ib.reqOpenOrders())
137|error|order|VWAP orders cancel only until 3 minutes before start|
138|error|request|ticker request not parsable|
139|error|request|parse error|
140|error|order|size must be an integer|
141|error|order|price must be a number|
142|error|request|institutional account info missing|
143|error|request|request id is not an integer|
144|error|order|size differs from the share allocation|
145|error|order|a field failed validation|
146|error|order|invalid trigger method|
147|error|order|condition contract incomplete|
148|error|order|conditional orders need LMT or MKT (old)|
151|error|order|user name needed (DDE)|
152|error|order|hidden flag not allowed|
153|error|order|EFP must be limit (old)|
154|error|order|security halted|
155|error|order|size-op order needs user and account (old)|
156|error|order|size-op order needs IBSX (old)|
157|error|order|order cannot be iceberg and discretionary at once|
158|error|order|offset amount or percent missing|
159|error|order|percent offset outside 0..100|
160|error|order|size zero|
161|error|order|cancel while not cancellable|the order was filled or cancelled meanwhile; look at its status
162|error|request|historical data service error (text says: pacing violation, no data, no permission, cancelled
    ...)|on a pacing violation wait and ask again; on missing permissions subscribe in Client Portal; no data is a
    plain answer
163|error|order|price breaks the percentage limit|
164|error|order|no market data to check the percentage limit|
165|info|request|historical data service query message (scanner: no items)|nothing to do; the result is empty
166|error|request|expired contract cannot be queried|set contract.includeExpired, or ask for a contract that lives
167|error|order|VWAP time must be in the future|
168|error|order|discretionary amount does not fit the increment|
200|error|request|no security definition, or description ambiguous|give exchange, currency and, for options and
    futures, expiry, strike, right and trading class; see ib.reqContractDetails()
201|error|order|order rejected, reason in text|the text tells the reason
202|info|order|order cancelled, reason in text|nothing to do; the cancellation is confirmed
203|error|order|security not allowed for this account|
300|error|request|ticker id not found (cancel of unknown or ended subscription)|nothing to do
301|error||invalid ticker action (DDE)|
302|error||stop ticker text invalid (DDE)|
303|error|request|invalid action|
304|error||invalid account value action (DDE)|
305|error||request unparsable, ignored (DDE)|
306|error||DDE request failed|
307|error||invalid topic (DDE)|
308|error||API page cannot be created, page limit|
309|error|request|market depth request limit (3 by default)|cancel a market depth subscription first (3 by default)
310|error|request|no depth subscription with that id|nothing to do
311|error|order|invalid origin|
312|error|order|combo details invalid|
313|error|order|combo leg details invalid|
314|error|request|BAG needs legs|
315|error|order|stock combo legs need SMART|
316|error|request|market depth halted|ask for the market depth again
317|warning|request|market depth reset|nothing to do; the book is rebuilt
319|error|request|invalid log level|
320|error|request|server could not read the request|
321|error|request|server validation of the request failed (also read-only mode)|read the text and correct the
    request; in read-only mode untick "Read-Only API" in the API settings
322|error|request|server failed to process the request (also duplicate request ids, limits)|read the text and
    correct the request
323|error|request|server error with cause|
324|error||DDE request unreadable|
325|error|order|discretionary not supported there|
326|connectivity|connection|client id already in use; the socket closes|pass another clientId or disconnect the
    other client
327|error|connection|auto-bind needs client id 0|connect with clientId 0
328|error|order|trailing stop attaches to LMT or STP LMT only|
329|warning|order|order type cannot be changed|cancel the order and place a new one
330|error||managed accounts only for FA/STL|nothing to do
331|error||FA/STL has no managed accounts|nothing to do
332|error|order|profile account codes invalid|
333|error|order|share allocation syntax|
334|error|order|good-till-date invalid|
335|error|order|delta outside 0..100|
336|error|request|time or zone invalid|
337|error|request|date, time or zone invalid|
338|error|order|good-after-time disabled there|
339|error|order|futures spread not supported, use combo|
340|error|order|box improvement amount invalid|
341|error|order|delta must be 1..100|
342|error|order|pegged not supported there|
343|error|request|date, time or zone invalid|
344|error|request|not an FA account|
345|error|order|generic combo not for FA|
346|error|order|not an institutional or away account|
347|error|order|short sale slot must be 1 or 2|
348|error|order|short sale slot needs SSHORT|
349|error|order|combo does not take good-after|
350|error|order|min quantity not for best combo|
351|error|order|RTH-only flag invalid here|
352|error|order|slot 2 needs a location|
353|error|order|slot 1 takes no location|
354|error|request|market data not subscribed|subscribe in Client Portal, or call ib.reqMarketDataType(3) for delayed
    data
355|error|order|size breaks the market rule|
356|error|order|smart combo takes no OCA|
357|error|connection|client version too old|update the package
358|error|order|smart combo child not supported|
359|error|order|combo needs reduce-without-block OCA|
360|error|order|no what-if for smart combo|
361|error|order|trigger price invalid|
362|error|order|adjusted stop price invalid|
363|error|order|adjusted stop limit price invalid|
364|error|order|adjusted trailing amount invalid|
365|error|request|no scanner subscription with that id|nothing to do; it had ended already
366|error|request|no historical query with that id|nothing to do; it had ended already
367|error|order|volatility type invalid|
368|error|order|reference price type invalid|
369|error|order|VOL orders for US options only|
370|error|order|dynamic VOL routing invalid|
371|error|order|VOL needs a positive volatility|
372|error|order|dynamic VOL on a non-VOL order|
373|error|order|stock range only for VOL or REL|
374|error|order|stock range upside down|
375|error|order|stock range negative|
376|error|order|not eligible for continuous update|
377|error|order|delta hedge aux price invalid|
378|error|order|delta hedge aux price missing|
379|error|order|delta hedge aux price not allowed|
380|error|order|order type not for delta hedge|
381|error||DDE library too old|
382|error|order|price breaks the tick-count preset|
383|error|order|size breaks the preset size limit|
384|error||DDE array request invalid|
385|error|request|scanner id already in use|use a request id that is not in use (ib.client.getReqId())
386|error|request|historical request id already in use|use a request id that is not in use (ib.client.getReqId())
387|error|order|order type not supported for venue and type|
388|error|order|size below the minimum|
389|error|order|routed order id not unique|
390|error|order|routed order id invalid|
391|error|request|time or zone invalid|
392|error|order|contract expired|
393|error|order|short sale slot only for delta hedge|
394|error|order|process time outside 100..2000 ms|
395|error|order|OCA orders refused for now|try again later
396|error|order|only MKT/LMT accepted for now|try again later
397|error|order|only MKT/LMT accepted for now|try again later
398|error|order|not usable as a condition trigger|
399|warning|order|order message (often: held until the venue opens)|nothing to do; the order stays alive, often
    until the venue opens
400|error|order|algo order error|
401|error|order|field too long|
402|error|order|conditions not allowed for the contract|
403|error|order|stop price invalid|
404|warning|order|shares to borrow being located, order held|nothing to do; the order stays alive
405|error|order|child size must equal parent (old)|
406|error|order|currency not allowed|
407|error|request|symbol must be plain characters|
408|error|order|scale increment invalid|
409|error|order|scale component size missing|
410|error|order|scale later component size invalid|
411|error|order|outside-RTH flag invalid here|
412|error|order|contract not tradable|
413|error|order|what-if needs transmit true|set order.transmit and send it again
414|error|request|snapshot does not go with generic ticks|leave the generic tick list empty for snapshots
415|error|order|earlier RFQ still running|try again later
416|error|order|RFQ not applicable|
417|error|order|scale first component size invalid|
418|error|order|scale profit offset invalid|
419|error|order|scale first component size missing|
420|error|request|real-time query invalid (bars, pacing, permission)|read the text: too many requests, missing
    permission or a wrong parameter
421|error|order|route invalid (old)|
422|error|order|account/clearing attributes fixed|
423|error|order|cross RFQ expired|
424|error|order|FA allocation missing (old)|
425|error|order|FA manual allocation needed (old)|
426|error|order|no account holds enough shares|
427|error|order|fund order needs a money amount (old)|
428|error|order|fund sale needs shares (old)|
429|error|order|delta-neutral only for combos|
430|error|request|no fundamentals for the security|the contract has no fundamental data
431|error|request|what-to-show wrong (old)|
432|error|order|commission negative (old)|
433|error|order|restore-after-profit invalid|
434|error|order|size zero|
435|error|order|account missing|
436|error|order|allocation missing (account, group or profile)|
437|error|order|only one of outside-RTH / pre-open (old)|
438|error||application locked (old)|
439|error|order|algo unknown|
440|error|order|algo cannot be modified|
441|error|order|algo attributes invalid|
442|error|order|algo not allowed here|
443|error|order|algo attribute unknown|
444|error|order|VOL combo not yet acknowledged|try again later
445|error|order|RFQ no longer valid|
446|error|order|scale profit offset missing|
447|error|order|scale price adjustment missing|
448|error|order|scale adjustment interval invalid|
449|error|order|scale adjustment unexpected|
460|error|order|no trading permission|
478|error|request|contract parameters conflict with the conId|give the conId alone, or parameters that agree with it
481|warning|order|order size reduced to the allowed limit|read the text; the order goes on
492|warning|request|scanner result limited by missing market data|nothing to do; results follow
501|client|client|connect called while already connected|disconnect first
502|connectivity|connection|TCP connection to the gateway failed (wrong port, API disabled, connection limit
    32)|check host and port, and that the API is enabled in TWS (Configure, API, Settings)
503|client|client|server version too old for the request or field|update TWS or the gateway, or leave the field out
504|client|client|request made while not connected|call ib.connect() first
505|client|client|message id not known to the client|report it with the log
506|client|client|unsupported version (reserved; not raised by the Python client)|
507|client|client|frame length out of bounds (limit 16 MiB - 1)|connect again
508|client|client|message could not be decoded|report it with the log
509|client|client|exception while reading or sending on the socket (other official clients)|connect again
510|client|client|local failure while sending reqMktData|
511|client|client|local failure while sending cancelMktData|
512|client|client|local failure while sending placeOrder|
513|client|client|local failure while sending reqAccountUpdates (account updates)|
514|client|client|local failure while sending reqExecutions|
515|client|client|local failure while sending cancelOrder|
516|client|client|local failure while sending reqOpenOrders|
517|client|client|unknown contract, local check (other official clients)|
518|client|client|local failure while sending reqContractDetails|
519|client|client|local failure while sending reqMktDepth|
520|client|client|socket could not be created|try again later
521|client|client|local failure while sending setServerLogLevel|
522|client|client|local failure while sending requestFA|
523|client|client|local failure while sending replaceFA|
524|client|client|local failure while sending reqScannerSubscription|
525|client|client|local failure while sending cancelScannerSubscription|
526|client|client|local failure while sending reqScannerParameters|
527|client|client|local failure while sending reqHistoricalData|
528|client|client|local failure while sending cancelHistoricalData|
529|client|client|local failure while sending reqRealTimeBars|
530|client|client|local failure while sending cancelRealTimeBars|
531|client|client|local failure while sending reqCurrentTime|
532|client|client|local failure while sending reqFundamentalData|
533|client|client|local failure while sending cancelFundamentalData|
534|client|client|local failure while sending calculateImpliedVolatility|
535|client|client|local failure while sending calculateOptionPrice|
536|client|client|local failure while sending cancelCalculateImpliedVolatility|
537|client|client|local failure while sending cancelCalculateOptionPrice|
538|client|client|local failure while sending reqGlobalCancel|
539|client|client|local failure while sending reqMarketDataType|
540|client|client|local failure while sending reqPositions|
541|client|client|local failure while sending cancelPositions|
542|client|client|local failure while sending reqAccountSummary|
543|client|client|local failure while sending cancelAccountSummary|
544|client|client|local failure while sending verifyRequest|
545|client|client|local failure while sending verifyMessage|
546|client|client|local failure while sending queryDisplayGroups|
547|client|client|local failure while sending subscribeToGroupEvents|
548|client|client|local failure while sending updateDisplayGroup|
549|client|client|local failure while sending unsubscribeFromGroupEvents|
550|client|client|local failure while sending startApi|
551|client|client|local failure while sending verifyAndAuthRequest|
552|client|client|local failure while sending verifyAndAuthMessage|
553|client|client|local failure while sending reqPositionsMulti|
554|client|client|local failure while sending cancelPositionsMulti|
555|client|client|local failure while sending reqAccountUpdatesMulti|
556|client|client|local failure while sending cancelAccountUpdatesMulti|
557|client|client|local failure while sending reqSecDefOptParams|
558|client|client|local failure while sending reqSoftDollarTiers|
559|client|client|local failure while sending reqFamilyCodes|
560|client|client|local failure while sending reqMatchingSymbols|
561|client|client|local failure while sending reqMktDepthExchanges|
562|client|client|local failure while sending reqSmartComponents|
563|client|client|local failure while sending reqNewsProviders|
564|client|client|local failure while sending reqNewsArticle|
565|client|client|local failure while sending reqHistoricalNews|
566|client|client|local failure while sending reqHeadTimeStamp|
567|client|client|local failure while sending reqHistogramData|
568|client|client|local failure while sending cancelHistogramData|
569|client|client|local failure while sending cancelHeadTimeStamp|
570|client|client|local failure while sending reqMarketRule|
571|client|client|local failure while sending reqPnL|
572|client|client|local failure while sending cancelPnL|
573|client|client|local failure while sending reqPnLSingle|
574|client|client|local failure while sending cancelPnLSingle|
575|client|client|local failure while sending reqHistoricalTicks|
576|client|client|local failure while sending reqTickByTickData|
577|client|client|local failure while sending cancelTickByTickData|
578|client|client|local failure while sending reqCompletedOrders|
579|client|client|text has characters outside printable ASCII (tab, LF, CR allowed)|use printable ASCII only
580|client|client|local failure while sending reqWshMetaData|
581|client|client|local failure while sending cancelWshMetaData|
582|client|client|local failure while sending reqWshEventData|
583|client|client|local failure while sending cancelWshEventData|
584|client|client|local failure while sending reqUserInfo|
585|client|client|FA profiles no longer exist, use groups (server >= 177)|use FA groups
586|client|client|read failed because not connected (other official clients)|connect again
587|client|client|local failure while sending reqCurrentTimeInMillis|
588|client|client|protobuf encoding failed|
589|client|client|local failure while sending cancelMktDepth|
590|client|client|local failure while sending cancelContractData|
591|client|client|local failure while sending cancelHistoricalTicks|
592|client|client|local failure while sending reqConfig|
593|client|client|local failure while sending updateConfig|
1100|connectivity|connection|gateway lost its link to IB|wait for 1101 or 1102; data stands still until then
1101|connectivity|connection|link restored, subscriptions lost|subscribe to market data, bars, account and positions
    again
1102|connectivity|connection|link restored, subscriptions kept|nothing to do; subscriptions go on
1300|connectivity|connection|gateway changes its socket port and drops this connection|connect again, to the port
    that the text names
2100|warning||account updates subscription taken over by another request|subscribe again if it is still wanted
2101|warning||account updates refused: other clients subscribed to another account|use the multi-account requests
    (reqAccountUpdatesMulti)
2102|warning|order|order cannot be modified while still being processed|change it again a little later
2103|connectivity|connection|market data farm down|wait, it comes back by itself
2104|info|connection|market data farm OK|nothing to do
2105|connectivity|connection|historical data farm down|wait, it comes back by itself
2106|info|connection|historical data farm OK|nothing to do
2107|info|connection|historical data farm idle, available on demand|nothing to do
2108|info|connection|market data farm idle, available on demand|nothing to do
2109|warning|order|outside-RTH flag ignored for this order type/venue; order accepted|nothing to do
2110|connectivity|connection|gateway has no link to IB; restored automatically|wait; TWS restores the link by itself
2119|info|connection|market data farm connecting|nothing to do
2129|warning||product information shown with a caveat (basis not verified)|read the text; the order goes on
2137|warning|order|cross side warning: order may cross another own order|read the text; the order goes on
2148|warning|order|order placed without matching market data or with price/size caution|read the text; the order
    goes on
2150|warning||derived trade value invalid for position|nothing to do
2152|warning||market depth: extra permissions needed for some exchanges|nothing to do; depth of the other exchanges
    arrives
2157|connectivity|connection|security definition farm down|wait, it comes back by itself
2158|info|connection|security definition farm OK|nothing to do
2161|warning|order|price cap applied by the broker to the order|nothing to do; the order lives on
2168|warning|order|eTradeOnly flag not supported, ignored|nothing to do
2169|warning|order|firmQuoteOnly flag not supported, ignored|nothing to do
2174|warning||date-time sent without time zone; local zone assumed, will be refused later|pass an aware datetime, or
    a text with a time zone
2176|warning||API version lacks fractional size rules; size trimmed|update TWS or the gateway
10000|error|order|cross-currency combo error|
10001|error|order|cross-currency VOL error|
10002|error|order|non-guaranteed legs invalid|
10003|error|order|IBSX not allowed|
10005|error|order|models are read-only|
10006|error|order|parent order not found (child sent too early)|place the parent first, with transmit False, or wait
    some milliseconds
10007|error|order|hedge type invalid|
10008|error|order|beta invalid|
10009|error|order|hedge ratio invalid|
10010|error|order|delta hedge order invalid|
10011|error|order|currency not for smart combo|
10012|error|order|allocation percentage invalid|
10013|error|order|smart routing opt-out needed|
10014|error|order|percent change limits (old)|
10015|error|order|trading disabled in the API|enable trading for the API in TWS
10016|error|order|contract not visible (old)|
10017|error|order|contracts not visible (old)|
10018|error|order|orders use EV warning|
10019|error|order|trades use EV warning|
10020|error|order|display size must be below order size|
10021|error|order|leg 2 market offset (old)|
10022|error|order|leg priority (old)|
10023|error|order|combo display size (old)|
10024|error|order|leg-in start (old)|
10025|error|order|leg 2 market time 1 (old)|
10026|error|order|leg 2 market time 2 (old)|
10027|error|order|combo routing tag invalid (old)|
10089|warning|request|not subscribed for API; delayed data available|subscribe in Client Portal for API use; delayed
    data may follow (ib.reqMarketDataType(3))
10090|warning|request|part of the data not subscribed|subscribe to what is missing in Client Portal; the other ticks
    follow
10091|warning|request|part of the data needs an API subscription|subscribe to what is missing in Client Portal; the
    other ticks follow
10092|error|request|depth not supported for this type/venue|ask for the depth of another exchange
    (ib.reqMktDepthExchanges())
10147|error|order|order to cancel not found|the order is gone; ask for the open orders again (ib.reqOpenOrders())
10148|error|order|order cannot be cancelled in its state (filled, cancelled)|the order was filled or cancelled
    meanwhile; look at its status
10167|info|request|not subscribed; delayed data shown|nothing to do; the ticker shows delayed data
10168|error|request|not subscribed; delayed data not enabled|call ib.reqMarketDataType(3) for delayed data, or
    subscribe in Client Portal
10182|error|request|live updates lost (keep-up-to-date bars, disconnected)|ask for the bars again once the
    connection is back
10185|error||PnL cancel failed, not subscribed|nothing to do
10186|error|request|not subscribed; delayed data not enabled|call ib.reqMarketDataType(3) for delayed data, or
    subscribe in Client Portal
10187|error|request|historical ticks request failed, reason in text|
10189|error|request|tick-by-tick request failed (no permission ...)|read the text; often a market data subscription
    is missing
10190|error|request|tick-by-tick subscription limit reached|cancel one of them, then ask again
10197|error|request|no data: competing live session|log out of the other session that uses the market data
10225|error|request|bust event ended the bar subscription|ask for the bars again
10230|error||unsaved FA changes|try again later
10231|error||FA groups/profiles hold invalid accounts|correct the accounts in the XML
10233|warning|order|presets applied to the order|read the text; the order goes on
10234|error|order|decision maker missing (other than desktop)|
10235|error|order|decision maker missing (ibbot)|
10236|error|order|child of an all-or-none parent must be all-or-none|
10237|error|order|all-or-none routes whole remainder only|
10238|error|order|advisor setup web app failed|
10239|error|order|flagged accounts affected by allocation|
10240|error|order|price cap invalid|
10241|error|order|cash quantity orders cannot be changed by API|
10242|error|order|fractional orders cannot be changed by API|
10243|error|order|fractional orders cannot be placed by API|
10244|error|order|cash quantity not usable here|
10245|error|order|instrument has no fractional trading|
10246|error|order|order has no fractional trading|
10247|error|order|fractions need SMART routing|
10248|error|order|account lacks fractional permission|
10249|error|order|order type has no fractions|
10250|error|order|size breaks the minimum variation|
10251|error|order|no fractions in allocation orders|
10252|error|order|no fractions unless closing|
10253|error|order|clear-away not for multi-leg combo with hedge|
10254|error|order|bond expired|
10268|error|order|eTradeOnly not supported: send 0/absent|
10269|error|order|firmQuoteOnly not supported: send 0/absent|
10270|error|order|nbboPriceCap not supported: send empty/absent|
10276|error|request|news feed not allowed|
10277|error|request|news permissions needed|
10278|error|request|duplicate WSH metadata request|
10279|error|request|WSH metadata request failed|
10280|error|request|WSH metadata cancel failed|
10281|error|request|duplicate WSH event request|
10282|error|request|WSH metadata must be requested first|call ib.getWshMetaData() first
10283|error|request|WSH event request failed|
10284|error|request|WSH event cancel failed|
10285|error||API version lacks fractional size rules|update TWS or the gateway
10289|error|order|cash quantity needed for this order (crypto)|
10299|error|request|what-to-show must be AGGTRADES instead of TRADES|ask for AGGTRADES
10311|warning|order|order is directly routed, fees may be higher (preset precaution)|route by SMART, or accept the
    precaution in TWS
10314|error|request|end date/time invalid|pass an aware datetime or an empty text
10318|error|order|order type has no fractional quantity|
10339|error|request|end date not allowed for continuous futures|pass an empty endDateTime
10349|warning|order|time in force changed to DAY by the presets|nothing to do; set order.tif to keep it from being
    changed
10358|error|request|fundamentals not allowed|
"""
)
