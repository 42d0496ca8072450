def encoder():
    def encode(_m):
        reqId = _m.reqId
        errorCode = _m.errorCode
        errorString = _m.errorString
        advancedOrderRejectJson = _m.advancedOrderRejectJson
        errorTime = _m.errorTime
        _o = []
        _o += [
            str(int(reqId)),
            str(int(errorCode)),
            _escape(errorString),
            _escape(advancedOrderRejectJson),
            str(int(errorTime)),
        ]
        return _o
    return encode
