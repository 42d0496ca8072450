def encoder():
    def encode(_m):
        orderId = _m.orderId
        contract = _m.contract
        order = _m.order
        if order.allowPreOpen != _default_order.allowPreOpen:
            raise _ServerTooOld('PlaceOrder: order.allowPreOpen', 216, 178)
        if order.customerAccount != _default_order.customerAccount:
            raise _ServerTooOld('PlaceOrder: order.customerAccount', 183, 178)
        if order.deactivate != _default_order.deactivate:
            raise _ServerTooOld('PlaceOrder: order.deactivate', 216, 178)
        if order.hedgeMaxSize != _default_order.hedgeMaxSize:
            raise _ServerTooOld('PlaceOrder: order.hedgeMaxSize', 223, 178)
        if order.ignoreOpenAuction != _default_order.ignoreOpenAuction:
            raise _ServerTooOld('PlaceOrder: order.ignoreOpenAuction', 216, 178)
        if order.imbalanceOnly != _default_order.imbalanceOnly:
            raise _ServerTooOld('PlaceOrder: order.imbalanceOnly', 199, 178)
        if order.includeOvernight != _default_order.includeOvernight:
            raise _ServerTooOld('PlaceOrder: order.includeOvernight', 189, 178)
        if order.manualOrderIndicator != _default_order.manualOrderIndicator:
            raise _ServerTooOld('PlaceOrder: order.manualOrderIndicator', 192, 178)
        if order.postOnly != _default_order.postOnly:
            raise _ServerTooOld('PlaceOrder: order.postOnly', 216, 178)
        if order.professionalCustomer != _default_order.professionalCustomer:
            raise _ServerTooOld('PlaceOrder: order.professionalCustomer', 184, 178)
        if order.ptOrderId != _default_order.ptOrderId:
            raise _ServerTooOld('PlaceOrder: order.ptOrderId', 218, 178)
        if order.ptOrderType != _default_order.ptOrderType:
            raise _ServerTooOld('PlaceOrder: order.ptOrderType', 218, 178)
        if order.routeMarketableToBbo != _default_order.routeMarketableToBbo:
            raise _ServerTooOld('PlaceOrder: order.routeMarketableToBbo', 217, 178)
        if order.seekPriceImprovement != _default_order.seekPriceImprovement:
            raise _ServerTooOld('PlaceOrder: order.seekPriceImprovement', 217, 178)
        if order.slOrderId != _default_order.slOrderId:
            raise _ServerTooOld('PlaceOrder: order.slOrderId', 218, 178)
        if order.slOrderType != _default_order.slOrderType:
            raise _ServerTooOld('PlaceOrder: order.slOrderType', 218, 178)
        if order.whatIfType != _default_order.whatIfType:
            raise _ServerTooOld('PlaceOrder: order.whatIfType', 217, 178)
        _o = []
        _o += [
            str(int(orderId)),
            str(int(contract.conId)),
            contract.symbol,
            contract.secType,
            contract.lastTradeDateOrContractMonth,
            _strike_text(contract.strike),
            contract.right,
            contract.multiplier,
            contract.exchange,
            contract.primaryExchange,
            contract.currency,
            contract.localSymbol,
            contract.tradingClass,
            contract.secIdType,
            contract.secId,
            order.action,
            _decimal_text(order.totalQuantity),
            order.orderType,
            _opt_float_text(order.lmtPrice),
            _opt_float_text(order.auxPrice),
            order.tif,
            order.ocaGroup,
            order.account,
            order.openClose,
            str(int(order.origin)),
            order.orderRef,
            ("1" if order.transmit else "0"),
            str(int(order.parentId)),
            ("1" if order.blockOrder else "0"),
            ("1" if order.sweepToFill else "0"),
            str(int(order.displaySize)),
            str(int(order.triggerMethod)),
            ("1" if order.outsideRth else "0"),
            ("1" if order.hidden else "0"),
        ]
        if contract.secType == "BAG":
            _a1 = contract.comboLegs or ()
            _o.append(str(len(_a1)))
            for _x2 in _a1:
                _o += [
                    str(int(_x2.conId)),
                    str(int(_x2.ratio)),
                    _x2.action,
                    _x2.exchange,
                    str(int(_x2.openClose)),
                    str(int(_x2.shortSaleSlot)),
                    _x2.designatedLocation,
                    str(int(_x2.exemptCode)),
                ]
            _a3 = order.orderComboLegs or ()
            _o.append(str(len(_a3)))
            for _x4 in _a3:
                _o += [
                    _opt_float_text(_x4.price),
                ]
            _a5 = order.smartComboRoutingParams or ()
            _o.append(str(len(_a5)))
            for _x6 in _a5:
                _o += [
                    _x6.tag,
                    _x6.value,
                ]
        _o += [
            '',
            _float_text(order.discretionaryAmt),
            order.goodAfterTime,
            order.goodTillDate,
            order.faGroup,
            order.faMethod,
            order.faPercentage,
            order.modelCode,
            str(int(order.shortSaleSlot)),
            order.designatedLocation,
            str(int(order.exemptCode)),
            str(int(order.ocaType)),
            order.rule80A,
            order.settlingFirm,
            ("1" if order.allOrNone else "0"),
            ("" if order.minQty is None or order.minQty == 2147483647 else str(int(order.minQty))),
            _opt_float_text(order.percentOffset),
            '0',
            '0',
            '',
            str(int(order.auctionStrategy)),
            _opt_float_text(order.startingPrice),
            _opt_float_text(order.stockRefPrice),
            _opt_float_text(order.delta),
            _opt_float_text(order.stockRangeLower),
            _opt_float_text(order.stockRangeUpper),
            ("1" if order.overridePercentageConstraints else "0"),
            _opt_float_text(order.volatility),
            ("" if order.volatilityType is None or order.volatilityType == 2147483647 else str(int(order.volatilityType))),
            order.deltaNeutralOrderType,
            _opt_float_text(order.deltaNeutralAuxPrice),
        ]
        if order.deltaNeutralOrderType != "":
            _o += [
                str(int(order.deltaNeutralConId)),
                order.deltaNeutralSettlingFirm,
                order.deltaNeutralClearingAccount,
                order.deltaNeutralClearingIntent,
                order.deltaNeutralOpenClose,
                ("1" if order.deltaNeutralShortSale else "0"),
                str(int(order.deltaNeutralShortSaleSlot)),
                order.deltaNeutralDesignatedLocation,
            ]
        _o += [
            ("1" if order.continuousUpdate else "0"),
            ("" if order.referencePriceType is None or order.referencePriceType == 2147483647 else str(int(order.referencePriceType))),
            _opt_float_text(order.trailStopPrice),
            _opt_float_text(order.trailingPercent),
            ("" if order.scaleInitLevelSize is None or order.scaleInitLevelSize == 2147483647 else str(int(order.scaleInitLevelSize))),
            ("" if order.scaleSubsLevelSize is None or order.scaleSubsLevelSize == 2147483647 else str(int(order.scaleSubsLevelSize))),
            _opt_float_text(order.scalePriceIncrement),
        ]
        if 0 < order.scalePriceIncrement < _UNSET_DOUBLE:
            _o += [
                _opt_float_text(order.scalePriceAdjustValue),
                ("" if order.scalePriceAdjustInterval is None or order.scalePriceAdjustInterval == 2147483647 else str(int(order.scalePriceAdjustInterval))),
                _opt_float_text(order.scaleProfitOffset),
                ("1" if order.scaleAutoReset else "0"),
                ("" if order.scaleInitPosition is None or order.scaleInitPosition == 2147483647 else str(int(order.scaleInitPosition))),
                ("" if order.scaleInitFillQty is None or order.scaleInitFillQty == 2147483647 else str(int(order.scaleInitFillQty))),
                ("1" if order.scaleRandomPercent else "0"),
            ]
        _o += [
            order.scaleTable,
            order.activeStartTime,
            order.activeStopTime,
            order.hedgeType,
        ]
        if order.hedgeType != "":
            _o += [
                order.hedgeParam,
            ]
        _o += [
            ("1" if order.optOutSmartRouting else "0"),
            order.clearingAccount,
            order.clearingIntent,
            ("1" if order.notHeld else "0"),
        ]
        _o7 = contract.deltaNeutralContract
        if _o7 is None:
            _o.append('0')
        else:
            _o += [
                '1',
                str(int(_o7.conId)),
                _float_text(_o7.delta),
                _float_text(_o7.price),
            ]
        _o += [
            order.algoStrategy,
        ]
        if order.algoStrategy != "":
            _a8 = order.algoParams or ()
            _o.append(str(len(_a8)))
            for _x9 in _a8:
                _o += [
                    _x9.tag,
                    _x9.value,
                ]
        _o += [
            order.algoId,
            ("1" if order.whatIf else "0"),
            _tags_text(order.orderMiscOptions),
            ("1" if order.solicited else "0"),
            ("1" if order.randomizeSize else "0"),
            ("1" if order.randomizePrice else "0"),
        ]
        if order.orderType in ("PEG BENCH", "PEGBENCH"):
            _o += [
                str(int(order.referenceContractId)),
                ("1" if order.isPeggedChangeAmountDecrease else "0"),
                _float_text(order.peggedChangeAmount),
                _float_text(order.referenceChangeAmount),
                order.referenceExchangeId,
            ]
        _a10 = order.conditions or ()
        _o.append(str(len(_a10)))
        for _x11 in _a10:
            _x11 = _flat_condition(_x11)
            _o += [
                str(int(_x11.type)),
                _x11.conjunction,
            ]
            if _x11.type == 5:
                _o += [
                    _x11.secType,
                    _x11.exchange,
                    _x11.symbol,
                ]
            if _x11.type in (1, 3, 4, 6, 7):
                _o += [
                    ("1" if _x11.isMore else "0"),
                    _x11.value,
                ]
            if _x11.type in (1, 6, 7):
                _o += [
                    str(int(_x11.conId)),
                    _x11.exchange,
                ]
            if _x11.type == 1:
                _o += [
                    str(int(_x11.triggerMethod)),
                ]
        if len(order.conditions) > 0:
            _o += [
                ("1" if order.conditionsIgnoreRth else "0"),
                ("1" if order.conditionsCancelOrder else "0"),
            ]
        _o += [
            order.adjustedOrderType,
            _lit_float_text(order.triggerPrice),
            _lit_float_text(order.lmtPriceOffset),
            _lit_float_text(order.adjustedStopPrice),
            _lit_float_text(order.adjustedStopLimitPrice),
            _lit_float_text(order.adjustedTrailingAmount),
            str(int(order.adjustableTrailingUnit)),
            order.extOperator,
            order.softDollarTier.name,
            order.softDollarTier.val,
            _lit_float_text(order.cashQty),
            order.mifid2DecisionMaker,
            order.mifid2DecisionAlgo,
            order.mifid2ExecutionTrader,
            order.mifid2ExecutionAlgo,
            ("1" if order.dontUseAutoPriceForHedge else "0"),
            ("1" if order.isOmsContainer else "0"),
            ("1" if order.discretionaryUpToLimitPrice else "0"),
            ("" if order.usePriceMgmtAlgo is None else "1" if order.usePriceMgmtAlgo else "0"),
            str(2147483647 if order.duration is None else int(order.duration)),
            str(2147483647 if order.postToAts is None else int(order.postToAts)),
            ("1" if order.autoCancelParent else "0"),
            order.advancedErrorOverride,
            order.manualOrderTime,
        ]
        if contract.exchange == "IBKRATS":
            _o += [
                ("" if order.minTradeQty is None or order.minTradeQty == 2147483647 else str(int(order.minTradeQty))),
            ]
        if order.orderType in ("PEG BEST", "PEGBEST"):
            _o += [
                ("" if order.minCompeteSize is None or order.minCompeteSize == 2147483647 else str(int(order.minCompeteSize))),
                _opt_float_text(order.competeAgainstBestOffset),
            ]
        if order.orderType in ("PEG MID", "PEGMID") or (order.orderType in ("PEG BEST", "PEGBEST") and order.competeAgainstBestOffset == float("inf")):
            _o += [
                _opt_float_text(order.midOffsetAtWhole),
                _opt_float_text(order.midOffsetAtHalf),
            ]
        return _o
    return encode
