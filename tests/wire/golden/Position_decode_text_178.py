def decoder(_make, _count):
    def decode(_f, _p):
        if len(_f) > 15:
            _f[15:] = _f[15].split(b'\0')
        contract = _Contract()
        account = _text[_f[2]]
        contract.conId = int(_f[3] or 0)
        contract.symbol = _text[_f[4]]
        contract.secType = _text[_f[5]]
        contract.lastTradeDateOrContractMonth = _text[_f[6]]
        contract.strike = (0.0 if (_v := float(_f[7] or 0)) == _UNSET_DOUBLE else _v)
        contract.right = _text[_f[8]]
        contract.multiplier = _text[_f[9]]
        contract.exchange = _text[_f[10]]
        contract.currency = _text[_f[11]]
        contract.localSymbol = _f[12].decode()
        contract.tradingClass = _text[_f[13]]
        position = (_v if -2147483648.0 < (_v := float(_f[14] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_f[14]))
        avgCost = float(_f[15] or 0)
        if len(_f) != 17:
            _count(len(_f) - 17)
        return _make(account, contract, position, avgCost)
    return decode
