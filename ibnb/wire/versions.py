"""Server versions by name, so that layouts say what changed instead of a bare number.

A version is negotiated once per connection (the highest that both sides know). Everything below
`MIN_VERSION` is taken for granted by the layouts; the older names are left out.
"""

from typing import Final

MIN_VERSION: Final = 157
"""The oldest server that the layouts describe."""

MAX_VERSION: Final = 225
"""The newest server version that this package speaks."""

REPLACE_FA_END: Final = 157  # replaceFA: reqId; replaceFAEnd message
DURATION: Final = 158  # order duration
MARKET_DATA_IN_SHARES: Final = 159  # server side: live sizes in shares, not lots of 100
POST_TO_ATS: Final = 160  # order postToAts
WSHE_CALENDAR: Final = 161  # Wall Street Horizon requests
AUTO_CANCEL_PARENT: Final = 162  # order autoCancelParent
FRACTIONAL_SIZE_SUPPORT: Final = 163  # sizes as decimals; contract details: size tick
SIZE_RULES: Final = 164  # contract details: minSize, sizeIncrement
HISTORICAL_SCHEDULE: Final = 165  # whatToShow SCHEDULE, historicalSchedule reply
ADVANCED_ORDER_REJECT: Final = 166  # error: advancedOrderRejectJson; order advancedErrorOverride
USER_INFO: Final = 167  # reqUserInfo
CRYPTO_AGGREGATED_TRADES: Final = 168  # whatToShow AGGTRADES for crypto
MANUAL_ORDER_TIME: Final = 169  # manualOrderTime, manualOrderCancelTime
PEGBEST_PEGMID_OFFSETS: Final = 170  # order minTradeQty, minCompeteSize, competeAgainstBestOffset
WSH_EVENT_DATA_FILTERS: Final = 171  # reqWshEventData: filter and fill flags
IPO_PRICES: Final = 172  # IPO tick types 101, 102
WSH_EVENT_DATA_FILTERS_DATE: Final = 173  # reqWshEventData: dates and limit
INSTRUMENT_TIMEZONE: Final = 174  # server side: times carry the instrument time zone
HMDS_MARKET_DATA_IN_SHARES: Final = 175  # server side: historical sizes in shares
BOND_ISSUERID: Final = 176  # reqContractDetails: issuerId; symbolSamples: description
FA_PROFILE_DESUPPORT: Final = 177  # faProfile leaves orders; FA profiles refused
PENDING_PRICE_REVISION: Final = 178  # execution: pendingPriceRevision
FUND_DATA_FIELDS: Final = 179  # contract details: fund fields
MANUAL_ORDER_TIME_EXERCISE_OPTIONS: Final = 180  # exerciseOptions: manualOrderTime
OPEN_ORDER_AD_STRATEGY: Final = 181  # server side: openOrder also for accumulate/distribute algo
LAST_TRADE_DATE: Final = 182  # contract details: lastTradeDate
CUSTOMER_ACCOUNT: Final = 183  # customerAccount in placeOrder/exerciseOptions/openOrder
PROFESSIONAL_CUSTOMER: Final = 184  # professionalCustomer, same places
BOND_ACCRUED_INTEREST: Final = 185  # openOrder: bondAccruedInterest
INELIGIBILITY_REASONS: Final = 186  # contract details: ineligibility reasons
RFQ_FIELDS: Final = 187  # placeOrder/cancelOrder: external user and manual indicator
BOND_TRADING_HOURS: Final = 188  # bond details: timeZoneId, tradingHours, liquidHours
INCLUDE_OVERNIGHT: Final = 189  # order includeOvernight
UNDO_RFQ_FIELDS: Final = 190  # the fields of 187 leave again
PERM_ID_AS_LONG: Final = 191  # permId may exceed 32 bits
CME_TAGGING_FIELDS: Final = 192  # manualOrderIndicator in placeOrder; extOperator and
CME_TAGGING_FIELDS_IN_OPEN_ORDER: Final = 193  # openOrder: extOperator, manualOrderIndicator
ERROR_TIME: Final = 194  # error: errorTime; version field leaves
FULL_ORDER_PREVIEW_FIELDS: Final = 195  # openOrder: margin outside RTH, suggestedSize, rejectReason
HISTORICAL_DATA_END: Final = 196  # historicalDataEnd message; start/end leave historicalData
CURRENT_TIME_IN_MILLIS: Final = 197  # reqCurrentTimeInMillis
SUBMITTER: Final = 198  # submitter in openOrder, completedOrder, execution
IMBALANCE_ONLY: Final = 199  # order imbalanceOnly
PARAMETRIZED_DAYS_OF_EXECUTIONS: Final = 200  # reqExecutions: lastNDays, specificDates
PROTOBUF: Final = 201  # binary message id; protobuf encoding of executions request
ZERO_STRIKE: Final = 202  # a strike of 0 is a real strike, unset is empty/absent
PROTOBUF_PLACE_ORDER: Final = 203  # protobuf encoding of place/cancel/global cancel, order
PROTOBUF_COMPLETED_ORDER: Final = 204  # protobuf encoding of open/completed order requests
PROTOBUF_CONTRACT_DATA: Final = 205  # protobuf encoding of contract details
PROTOBUF_MARKET_DATA: Final = 206  # protobuf encoding of market data and depth
PROTOBUF_ACCOUNTS_POSITIONS: Final = 207  # protobuf encoding of accounts, positions, summary, managed
PROTOBUF_HISTORICAL_DATA: Final = 208  # protobuf encoding of bars, ticks, histogram, head timestamp
PROTOBUF_NEWS_DATA: Final = 209  # protobuf encoding of news and Wall Street Horizon
PROTOBUF_SCAN_DATA: Final = 210  # protobuf encoding of scanner, fundamentals, pnl
PROTOBUF_REST_MESSAGES_1: Final = 211  # protobuf encoding of FA, exercise, option calculations
PROTOBUF_REST_MESSAGES_2: Final = 212  # protobuf encoding of option chain, tiers, family codes
PROTOBUF_REST_MESSAGES_3: Final = 213  # protobuf encoding of ids, time, start API, log level
ADD_Z_SUFFIX_TO_UTC_DATE_TIME: Final = 214  # server side: UTC date-times end in Z
CANCEL_CONTRACT_DATA: Final = 215  # cancel of contract details and historical ticks
ADDITIONAL_ORDER_PARAMS_1: Final = 216  # protobuf order: deactivate, postOnly, allowPreOpen
ADDITIONAL_ORDER_PARAMS_2: Final = 217  # protobuf order: routeMarketableToBbo, seekPriceImprovement
ATTACHED_ORDERS: Final = 218  # protobuf place order: attached stop-loss / profit-taker
CONFIG: Final = 219  # reqConfig / configResponse
MARKET_DATA_VOLUMES_IN_SHARES: Final = 220  # server side: volumes in shares
UPDATE_CONFIG: Final = 221  # updateConfig / updateConfigResponse
FRACTIONAL_LAST_SIZE: Final = 222  # server side: fractional last size; size/price precision fields
HEDGE_MAX_SIZE: Final = 223  # protobuf order: hedgeMaxSize
USE_PRECISION_FROM_SEC_DEF: Final = 224  # server side: precision taken from the security definition
ODD_LOT_BID_ASK_QUOTES: Final = 225  # odd-lot ticks 105 to 110 (generic tick 787)
