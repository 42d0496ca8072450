def decoder(_make, _skip):
    def decode(_p):
        reqId = -1
        tickType = 0
        price = _default_price
        size = _default_size
        attrMask = 0
        _i = 4
        _n = len(_p)
        while _i < _n:
            _t = _p[_i]
            _s1 = _i
            if _t == 8:
                reqId = _p[_i+1]
                if reqId > 127:
                    reqId, _i = _varint(_p, _i+1)
                else:
                    _i += 2
                if _i >= _n:
                    break
                _t = _p[_i]
            if _t == 16:
                tickType = _p[_i+1]
                if tickType > 127:
                    tickType, _i = _varint(_p, _i+1)
                else:
                    _i += 2
                if _i >= _n:
                    break
                _t = _p[_i]
            if _t == 25:
                price = _double(_p, _i+1)[0]
                _i += 9
                if _i >= _n:
                    break
                _t = _p[_i]
            if _t == 34:
                _j2 = _p[_i+1]
                if _j2 > 127:
                    _i, _j2 = _length(_p, _i+1, _n)
                else:
                    _i += 2
                    _j2 += _i
                size = (_v if -2147483648.0 < (_v := float(_p[_i:_j2] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_p[_i:_j2]))
                _i = _j2
                if _i >= _n:
                    break
                _t = _p[_i]
            if _t == 40:
                attrMask = _p[_i+1]
                if attrMask > 127:
                    attrMask, _i = _varint(_p, _i+1)
                else:
                    _i += 2
                if _i >= _n:
                    break
                _t = _p[_i]
            if _i == _s1:
                _i = _skip(_p, _i, _n)
        if _i != _n:
            raise _ProtoError('a field reaches beyond the end of its message')
        return _make(reqId, tickType, price, size, attrMask)
    return decode
