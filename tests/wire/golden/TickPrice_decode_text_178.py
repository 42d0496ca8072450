def decoder(_make, _count):
    def decode(_f, _p):
        reqId = _known[_f[2]]
        tickType = _known[_f[3]]
        price = float(_f[4] or 0)
        size = (_v if -2147483648.0 < (_v := float(_f[5] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_f[5]))
        attrMask = _known[_f[6]]
        if len(_f) != 8:
            _count(len(_f) - 8)
        return _make(reqId, tickType, price, size, attrMask)
    return decode
