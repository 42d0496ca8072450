def decoder(_make, _count):
    _endings = _Alike(_empty0, _empty1, _empty2, _empty3)
    def decode(_f, _p):
        if len(_f) > 15:
            _f[15:] = _f[15].split(b'\0', 11)
        order = _Order()
        contract = _Contract()
        orderState = _OrderState()
        order.orderId = int(_f[1] or 0)
        contract.conId = int(_f[2] or 0)
        contract.symbol = _text[_f[3]]
        contract.secType = _text[_f[4]]
        contract.lastTradeDateOrContractMonth = _text[_f[5]]
        contract.strike = (0.0 if (_v := float(_f[6] or 0)) == _UNSET_DOUBLE else _v)
        contract.right = _text[_f[7]]
        contract.multiplier = _text[_f[8]]
        contract.exchange = _text[_f[9]]
        contract.currency = _text[_f[10]]
        contract.localSymbol = _f[11].decode()
        contract.tradingClass = _text[_f[12]]
        order.action = _text[_f[13]]
        order.totalQuantity = (_v if -2147483648.0 < (_v := float(_f[14] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_f[14]))
        order.orderType = _text[_f[15]]
        order.lmtPrice = float(_f[16] or _UNSET_DOUBLE)
        order.auxPrice = float(_f[17] or _UNSET_DOUBLE)
        order.tif = _text[_f[18]]
        order.ocaGroup = _f[19].decode()
        order.account = _text[_f[20]]
        order.openClose = _f[21].decode()
        order.origin = int(_f[22] or 0)
        order.orderRef = _text[_f[23]]
        order.clientId = int(_f[24] or 0)
        order.permId = int(_f[25] or 0)
        _end = _f[26]
        _key = (_end, _f[15])
        _like = _endings.get(_key)
        if _like:
            if _like[0]:
                order.__dict__.update(_like[0])
            if _like[1]:
                contract.__dict__.update(_like[1])
            if _like[2]:
                orderState.__dict__.update(_like[2])
            if _like[3]:
                order.softDollarTier.__dict__.update(_like[3])
        else:
            _f[26:] = _end.split(b'\0')
            order.outsideRth = _flag[_f[26]]
            order.hidden = _flag[_f[27]]
            order.discretionaryAmt = float(_f[28] or 0)
            order.goodAfterTime = _f[29].decode()
            order.faGroup = _f[31].decode()
            order.faMethod = _f[32].decode()
            order.faPercentage = _f[33].decode()
            order.modelCode = _f[35].decode()
            order.goodTillDate = _f[36].decode()
            order.rule80A = _f[37].decode()
            order.percentOffset = float(_f[38] or _UNSET_DOUBLE)
            order.settlingFirm = _text[_f[39]]
            order.shortSaleSlot = int(_f[40] or 0)
            order.designatedLocation = _f[41].decode()
            order.exemptCode = int(_f[42] or 0)
            order.auctionStrategy = int(_f[43] or 0)
            order.startingPrice = float(_f[44] or _UNSET_DOUBLE)
            order.stockRefPrice = float(_f[45] or _UNSET_DOUBLE)
            order.delta = float(_f[46] or _UNSET_DOUBLE)
            order.stockRangeLower = float(_f[47] or _UNSET_DOUBLE)
            order.stockRangeUpper = float(_f[48] or _UNSET_DOUBLE)
            order.displaySize = int(_f[49] or 2147483647)
            order.blockOrder = _flag[_f[50]]
            order.sweepToFill = _flag[_f[51]]
            order.allOrNone = _flag[_f[52]]
            order.minQty = int(_f[53] or 2147483647)
            order.ocaType = int(_f[54] or 0)
            order.parentId = int(_f[58] or 0)
            order.triggerMethod = int(_f[59] or 0)
            order.volatility = float(_f[60] or _UNSET_DOUBLE)
            order.volatilityType = int(_f[61] or 0)
            order.deltaNeutralOrderType = _f[62].decode()
            order.deltaNeutralAuxPrice = float(_f[63] or _UNSET_DOUBLE)
            _i = 64
            if order.deltaNeutralOrderType != "":
                order.deltaNeutralConId = int(_f[64] or 0)
                order.deltaNeutralSettlingFirm = _f[65].decode()
                order.deltaNeutralClearingAccount = _f[66].decode()
                order.deltaNeutralClearingIntent = _f[67].decode()
                order.deltaNeutralOpenClose = _f[68].decode()
                order.deltaNeutralShortSale = _flag[_f[69]]
                order.deltaNeutralShortSaleSlot = int(_f[70] or 0)
                order.deltaNeutralDesignatedLocation = _f[71].decode()
                _i = 72
            order.continuousUpdate = _flag[_f[_i]]
            order.referencePriceType = int(_f[_i+1] or 0)
            order.trailStopPrice = float(_f[_i+2] or _UNSET_DOUBLE)
            order.trailingPercent = float(_f[_i+3] or _UNSET_DOUBLE)
            order.basisPoints = float(_f[_i+4] or _UNSET_DOUBLE)
            order.basisPointsType = int(_f[_i+5] or 2147483647)
            contract.comboLegsDescrip = _f[_i+6].decode()
            _n1 = int(_f[_i+7] or 0)
            _i += 8
            _a2 = []
            for _ in range(_n1):
                _x3 = _ComboLeg()
                _x3.conId = int(_f[_i] or 0)
                _x3.ratio = int(_f[_i+1] or 0)
                _x3.action = _f[_i+2].decode()
                _x3.exchange = _f[_i+3].decode()
                _x3.openClose = int(_f[_i+4] or 0)
                _x3.shortSaleSlot = int(_f[_i+5] or 0)
                _x3.designatedLocation = _f[_i+6].decode()
                _x3.exemptCode = int(_f[_i+7] or 0)
                _i += 8
                _a2.append(_x3)
            contract.comboLegs = _a2
            _n4 = int(_f[_i] or 0)
            _i += 1
            _a5 = []
            for _ in range(_n4):
                _x6 = _OrderComboLeg()
                _x6.price = float(_f[_i] or _UNSET_DOUBLE)
                _i += 1
                _a5.append(_x6)
            order.orderComboLegs = _a5
            _n7 = int(_f[_i] or 0)
            _i += 1
            _a8 = []
            for _ in range(_n7):
                _x9_tag = _f[_i].decode()
                _x9_value = _f[_i+1].decode()
                _i += 2
                _a8.append(_TagValue(tag=_x9_tag, value=_x9_value))
            order.smartComboRoutingParams = _a8
            order.scaleInitLevelSize = int(_f[_i] or 2147483647)
            order.scaleSubsLevelSize = int(_f[_i+1] or 2147483647)
            order.scalePriceIncrement = float(_f[_i+2] or _UNSET_DOUBLE)
            _i += 3
            if 0 < order.scalePriceIncrement < _UNSET_DOUBLE:
                order.scalePriceAdjustValue = float(_f[_i] or _UNSET_DOUBLE)
                order.scalePriceAdjustInterval = int(_f[_i+1] or 2147483647)
                order.scaleProfitOffset = float(_f[_i+2] or _UNSET_DOUBLE)
                order.scaleAutoReset = _flag[_f[_i+3]]
                order.scaleInitPosition = int(_f[_i+4] or 2147483647)
                order.scaleInitFillQty = int(_f[_i+5] or 2147483647)
                order.scaleRandomPercent = _flag[_f[_i+6]]
                _i += 7
            order.hedgeType = _f[_i].decode()
            _i += 1
            if order.hedgeType != "":
                order.hedgeParam = _f[_i].decode()
                _i += 1
            order.optOutSmartRouting = _flag[_f[_i]]
            order.clearingAccount = _text[_f[_i+1]]
            order.clearingIntent = _text[_f[_i+2]]
            order.notHeld = _flag[_f[_i+3]]
            _i += 5
            if int(_f[_i-1] or 0):
                _o10 = _DeltaNeutralContract()
                _o10.conId = int(_f[_i] or 0)
                _o10.delta = float(_f[_i+1] or 0)
                _o10.price = float(_f[_i+2] or 0)
                contract.deltaNeutralContract = _o10
                _i += 3
            order.algoStrategy = _f[_i].decode()
            _i += 1
            if order.algoStrategy != "":
                _n11 = int(_f[_i] or 0)
                _i += 1
                _a12 = []
                for _ in range(_n11):
                    _x13_tag = _f[_i].decode()
                    _x13_value = _f[_i+1].decode()
                    _i += 2
                    _a12.append(_TagValue(tag=_x13_tag, value=_x13_value))
                order.algoParams = _a12
            order.solicited = _flag[_f[_i]]
            order.whatIf = _flag[_f[_i+1]]
            orderState.status = _text[_f[_i+2]]
            orderState.initMarginBefore = _text[_f[_i+3]]
            orderState.maintMarginBefore = _text[_f[_i+4]]
            orderState.equityWithLoanBefore = _text[_f[_i+5]]
            orderState.initMarginChange = _text[_f[_i+6]]
            orderState.maintMarginChange = _text[_f[_i+7]]
            orderState.equityWithLoanChange = _text[_f[_i+8]]
            orderState.initMarginAfter = _text[_f[_i+9]]
            orderState.maintMarginAfter = _text[_f[_i+10]]
            orderState.equityWithLoanAfter = _text[_f[_i+11]]
            orderState.commission = float(_f[_i+12] or _UNSET_DOUBLE)
            orderState.minCommission = float(_f[_i+13] or _UNSET_DOUBLE)
            orderState.maxCommission = float(_f[_i+14] or _UNSET_DOUBLE)
            orderState.commissionCurrency = _f[_i+15].decode()
            orderState.warningText = _f[_i+16].decode()
            order.randomizeSize = _flag[_f[_i+17]]
            order.randomizePrice = _flag[_f[_i+18]]
            _i += 19
            if order.orderType in ("PEG BENCH", "PEGBENCH"):
                order.referenceContractId = int(_f[_i] or 0)
                order.isPeggedChangeAmountDecrease = _flag[_f[_i+1]]
                order.peggedChangeAmount = float(_f[_i+2] or 0)
                order.referenceChangeAmount = float(_f[_i+3] or 0)
                order.referenceExchangeId = _f[_i+4].decode()
                _i += 5
            _n14 = int(_f[_i] or 0)
            _i += 1
            _a15 = []
            for _ in range(_n14):
                _x16 = _FlatCondition()
                _x16.type = int(_f[_i] or 0)
                _x16.conjunction = _f[_i+1].decode()
                _i += 2
                if _x16.type == 5:
                    _x16.secType = _f[_i].decode()
                    _x16.exchange = _f[_i+1].decode()
                    _x16.symbol = _f[_i+2].decode()
                    _i += 3
                if _x16.type in (1, 3, 4, 6, 7):
                    _x16.isMore = _flag[_f[_i]]
                    _x16.value = _f[_i+1].decode()
                    _i += 2
                if _x16.type in (1, 6, 7):
                    _x16.conId = int(_f[_i] or 0)
                    _x16.exchange = _f[_i+1].decode()
                    _i += 2
                if _x16.type == 1:
                    _x16.triggerMethod = int(_f[_i] or 0)
                    _i += 1
                _a15.append(_model_condition(_x16))
            order.conditions = _a15
            if len(order.conditions) > 0:
                order.conditionsIgnoreRth = _flag[_f[_i]]
                order.conditionsCancelOrder = _flag[_f[_i+1]]
                _i += 2
            order.adjustedOrderType = _f[_i].decode()
            order.triggerPrice = float(_f[_i+1] or 0)
            order.trailStopPrice = float(_f[_i+2] or 0)
            order.lmtPriceOffset = float(_f[_i+3] or 0)
            order.adjustedStopPrice = float(_f[_i+4] or 0)
            order.adjustedStopLimitPrice = float(_f[_i+5] or 0)
            order.adjustedTrailingAmount = float(_f[_i+6] or 0)
            order.adjustableTrailingUnit = int(_f[_i+7] or 0)
            order.softDollarTier.name = _f[_i+8].decode()
            order.softDollarTier.val = _f[_i+9].decode()
            order.softDollarTier.displayName = _f[_i+10].decode()
            order.cashQty = float(_f[_i+11] or 0)
            order.dontUseAutoPriceForHedge = _flag[_f[_i+12]]
            order.isOmsContainer = _flag[_f[_i+13]]
            order.discretionaryUpToLimitPrice = _flag[_f[_i+14]]
            order.usePriceMgmtAlgo = _flag[_f[_i+15]]
            order.duration = int(_f[_i+16] or 2147483647)
            order.postToAts = int(_f[_i+17] or 2147483647)
            order.autoCancelParent = _flag[_f[_i+18]]
            order.minTradeQty = int(_f[_i+19] or 2147483647)
            order.minCompeteSize = int(_f[_i+20] or 2147483647)
            order.competeAgainstBestOffset = float(_f[_i+21] or _UNSET_DOUBLE)
            order.midOffsetAtWhole = float(_f[_i+22] or _UNSET_DOUBLE)
            order.midOffsetAtHalf = float(_f[_i+23] or _UNSET_DOUBLE)
            if len(_f) != _i+25:
                _count(len(_f) - (_i+25))
            else:
                _endings.learn(_key, order, contract, orderState, order.softDollarTier)
        return _make(order, contract, orderState)
    return decode
