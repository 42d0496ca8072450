"""Fills and what they cost; the exercise of options."""

from dataclasses import field as new

from ibnb.contract import Contract
from ibnb.objects import CommissionReport, Execution, ExecutionFilter
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import (
    CONTRACT_FULL,
    CONTRACT_SHORT,
)
from ibnb.wire.fields import BOOL, DECIMAL, FLAG_INT, FLOAT, INT, LIT_INT, LONG, STR, TEXT_INT
from ibnb.wire.layout import field, repeat, since, tag, tags
from ibnb.wire.schema import Bool, Int, Message, Record, Str, many, of, reply, request

EXECUTION = Record(
    Execution,
    *of(INT, orderId=1, clientId=10, lastLiquidity=18, optExerciseOrLapseType=21),
    *of(STR, execId=2, time=3, acctNumber=4, exchange=5, side=6, orderRef=14, evRule=15, modelCode=17, submitter=20),
    *of(DECIMAL, shares=7, cumQty=12),
    *of(FLOAT, price=8, avgPrice=13, evMultiplier=16),
    *of(LONG, permId=9),
    *of(FLAG_INT, liquidation=11),
    *of(BOOL, pendingPriceRevision=19),
    new=lambda: Execution(time=""),  # type: ignore[arg-type]
)
"""`time` is the text of the wire here; reducers turn it into a datetime."""

Record(
    ExecutionFilter,
    *of(INT, clientId=1),
    *of(STR, acctCode=2, time=3, symbol=4, secType=5, exchange=6, side=7),
    *of(LIT_INT, lastNDays=8),
    many("specificDates", INT, 9),
)
Record(
    CommissionReport,
    *of(STR, execId=1, currency=3),
    *of(FLOAT, commission=2, realizedPNL=4, yield_=5),
    *of(TEXT_INT, yieldRedemptionDate=6),
)


@request(
    7,
    version="3",
    text=(
        "reqId",
        "execFilter.clientId",
        "execFilter.acctCode",
        "execFilter.time",
        "execFilter.symbol",
        "execFilter.secType",
        "execFilter.exchange",
        "execFilter.side",
        since(V.PARAMETRIZED_DAYS_OF_EXECUTIONS, "execFilter.lastNDays", repeat("execFilter.specificDates")),
    ),
    proto_since=V.PROTOBUF,
    source="EClient.reqExecutions",
)
class ReqExecutions(Message):
    """Ask for executions and their commission reports; since midnight if nothing else is said."""

    reqId: Int = 0
    execFilter: ExecutionFilter = new(default_factory=ExecutionFilter)


@request(
    21,
    version="2",
    text=(
        "reqId",
        *(name for name in CONTRACT_FULL if name != "contract.primaryExchange"),
        "exerciseAction",
        "exerciseQuantity",
        "account",
        field("override", INT),
        field("manualOrderTime", since=V.MANUAL_ORDER_TIME_EXERCISE_OPTIONS),
        field("customerAccount", since=V.CUSTOMER_ACCOUNT),
        field("professionalCustomer", since=V.PROFESSIONAL_CUSTOMER),
    ),
    proto=(
        *tags(reqId=1, contract=2, exerciseAction=3, exerciseQuantity=4, account=5),
        tag("override", 6, FLAG_INT),
        *tags(manualOrderTime=7, customerAccount=8, professionalCustomer=9),
    ),
    proto_since=V.PROTOBUF_REST_MESSAGES_1,
    source="EClient.exerciseOptions",
)
class ExerciseOptions(Message):
    """Exercise (1) or lapse (2) options; `reqId` is an order id."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    exerciseAction: Int = 1
    exerciseQuantity: Int = 0
    account: Str = ""
    override: Int = 0
    manualOrderTime: Str = ""
    customerAccount: Str = ""
    professionalCustomer: Bool = False


# ---- replies ---------------------------------------------------------------------------------------------------------


@reply(
    11,
    text=(
        "reqId",
        "execution.orderId",
        *CONTRACT_SHORT,
        "execution.execId",
        "execution.time",
        "execution.acctNumber",
        "execution.exchange",
        "execution.side",
        "execution.shares",
        "execution.price",
        "execution.permId",
        "execution.clientId",
        "execution.liquidation",
        "execution.cumQty",
        "execution.avgPrice",
        "execution.orderRef",
        "execution.evRule",
        "execution.evMultiplier",
        "execution.modelCode",
        "execution.lastLiquidity",
        field("execution.pendingPriceRevision", since=V.PENDING_PRICE_REVISION),
        field("execution.submitter", since=V.SUBMITTER),
    ),
    proto=tags(reqId=1, contract=2, execution=3),
    proto_since=V.PROTOBUF,
    source="EWrapper.execDetails",
)
class ExecDetails(Message):
    """A fill; reqId -1 when it was not asked for. `execution.time` is the text of the wire."""

    reqId: Int = -1
    execution: Execution = new(default_factory=Execution)
    contract: Contract = new(default_factory=Contract)


@reply(55, version="1", proto_since=V.PROTOBUF, source="EWrapper.execDetailsEnd")
class ExecDetailsEnd(Message):
    """All executions have been sent."""

    reqId: Int = -1


@reply(
    59,
    version="1",
    text=(
        "report.execId",
        "report.commission",
        "report.currency",
        "report.realizedPNL",
        "report.yield_",
        "report.yieldRedemptionDate",
    ),
    proto=(
        *tags(**{"report.execId": 1, "report.commission": 2, "report.currency": 3, "report.realizedPNL": 4}),
        *tags(**{"report.yield_": 5, "report.yieldRedemptionDate": 6}),
    ),
    proto_since=V.PROTOBUF_REST_MESSAGES_1,
    source="EWrapper.commissionAndFeesReport",
)
class CommissionAndFeesReport(Message):
    """What an execution cost, joined to it by execId; unset = unknown."""

    report: CommissionReport = new(default_factory=CommissionReport)
