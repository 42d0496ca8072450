def decoder(_make, _count):
    def decode(_f, _p):
        if len(_f) > 16:
            _f[16:] = _f[16].split(b'\0')
        contract = _Contract()
        account = _f[2].decode()
        contract.conId = int(_f[3] or 0)
        contract.symbol = _f[4].decode()
        contract.secType = _f[5].decode()
        contract.lastTradeDateOrContractMonth = _f[6].decode()
        contract.strike = (0.0 if (_v := float(_f[7] or 0)) == _UNSET_DOUBLE else _v)
        contract.right = _f[8].decode()
        contract.multiplier = _f[9].decode()
        contract.exchange = _f[10].decode()
        contract.currency = _f[11].decode()
        contract.localSymbol = _f[12].decode()
        contract.tradingClass = _f[13].decode()
        position = (_v if -2147483648.0 < (_v := float(_f[14] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_f[14]))
        avgCost = float(_f[15] or 0)
        if len(_f) != 17:
            _count(len(_f) - 17)
        return _make(account, contract, position, avgCost)
    return decode
