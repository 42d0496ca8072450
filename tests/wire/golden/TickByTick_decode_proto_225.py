def decoder(_make, _skip):
    def decode(_p):
        reqId = -1
        tickType = 0
        time = 0
        price = _default_price
        size = _default_size
        mask = 0
        exchange = ''
        specialConditions = ''
        bidPrice = _default_bidPrice
        askPrice = _default_askPrice
        bidSize = _default_bidSize
        askSize = _default_askSize
        midPoint = _default_midPoint
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
            if _t == 26:
                _j2 = _p[_i+1]
                if _j2 > 127:
                    _i, _j2 = _length(_p, _i+1, _n)
                else:
                    _i += 2
                    _j2 += _i
                while _i < _j2:
                    _t = _p[_i]
                    _s3 = _i
                    if _t == 8:
                        time = _p[_i+1]
                        if time > 127:
                            time, _i = _varint(_p, _i+1)
                        else:
                            _i += 2
                        if _i >= _j2:
                            break
                        _t = _p[_i]
                    if _t == 18:
                        _j4 = _p[_i+1]
                        if _j4 > 127:
                            _i, _j4 = _length(_p, _i+1, _j2)
                        else:
                            _i += 2
                            _j4 += _i
                        while _i < _j4:
                            _t = _p[_i]
                            if _t & 7 == 0 and _t < 128:
                                _v, _i = _varint(_p, _i+1)
                                if _v:
                                    mask |= 1 << (_t >> 3) - 1
                            else:
                                _i = _skip(_p, _i, _j4)
                        if _i >= _j2:
                            break
                        _t = _p[_i]
                    if _t == 25:
                        price = _double(_p, _i+1)[0]
                        _i += 9
                        if _i >= _j2:
                            break
                        _t = _p[_i]
                    if _t == 34:
                        _j5 = _p[_i+1]
                        if _j5 > 127:
                            _i, _j5 = _length(_p, _i+1, _j2)
                        else:
                            _i += 2
                            _j5 += _i
                        size = (_v if -2147483648.0 < (_v := float(_p[_i:_j5] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_p[_i:_j5]))
                        _i = _j5
                        if _i >= _j2:
                            break
                        _t = _p[_i]
                    if _t == 42:
                        _j6 = _p[_i+1]
                        if _j6 > 127:
                            _i, _j6 = _length(_p, _i+1, _j2)
                        else:
                            _i += 2
                            _j6 += _i
                        exchange = _p[_i:_j6].decode()
                        _i = _j6
                        if _i >= _j2:
                            break
                        _t = _p[_i]
                    if _t == 50:
                        _j7 = _p[_i+1]
                        if _j7 > 127:
                            _i, _j7 = _length(_p, _i+1, _j2)
                        else:
                            _i += 2
                            _j7 += _i
                        specialConditions = _p[_i:_j7].decode()
                        _i = _j7
                        if _i >= _j2:
                            break
                        _t = _p[_i]
                    if _i == _s3:
                        _i = _skip(_p, _i, _j2)
                if _i != _j2:
                    raise _ProtoError('a field reaches beyond the end of its message')
                if _i >= _n:
                    break
                _t = _p[_i]
            if _t == 34:
                _j8 = _p[_i+1]
                if _j8 > 127:
                    _i, _j8 = _length(_p, _i+1, _n)
                else:
                    _i += 2
                    _j8 += _i
                while _i < _j8:
                    _t = _p[_i]
                    _s9 = _i
                    if _t == 8:
                        time = _p[_i+1]
                        if time > 127:
                            time, _i = _varint(_p, _i+1)
                        else:
                            _i += 2
                        if _i >= _j8:
                            break
                        _t = _p[_i]
                    if _t == 18:
                        _j10 = _p[_i+1]
                        if _j10 > 127:
                            _i, _j10 = _length(_p, _i+1, _j8)
                        else:
                            _i += 2
                            _j10 += _i
                        while _i < _j10:
                            _t = _p[_i]
                            if _t & 7 == 0 and _t < 128:
                                _v, _i = _varint(_p, _i+1)
                                if _v:
                                    mask |= 1 << (_t >> 3) - 1
                            else:
                                _i = _skip(_p, _i, _j10)
                        if _i >= _j8:
                            break
                        _t = _p[_i]
                    if _t == 25:
                        bidPrice = _double(_p, _i+1)[0]
                        _i += 9
                        if _i >= _j8:
                            break
                        _t = _p[_i]
                    if _t == 33:
                        askPrice = _double(_p, _i+1)[0]
                        _i += 9
                        if _i >= _j8:
                            break
                        _t = _p[_i]
                    if _t == 42:
                        _j11 = _p[_i+1]
                        if _j11 > 127:
                            _i, _j11 = _length(_p, _i+1, _j8)
                        else:
                            _i += 2
                            _j11 += _i
                        bidSize = (_v if -2147483648.0 < (_v := float(_p[_i:_j11] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_p[_i:_j11]))
                        _i = _j11
                        if _i >= _j8:
                            break
                        _t = _p[_i]
                    if _t == 50:
                        _j12 = _p[_i+1]
                        if _j12 > 127:
                            _i, _j12 = _length(_p, _i+1, _j8)
                        else:
                            _i += 2
                            _j12 += _i
                        askSize = (_v if -2147483648.0 < (_v := float(_p[_i:_j12] or _UNSET_DOUBLE)) < 2147483647.0 else _read_decimal(_p[_i:_j12]))
                        _i = _j12
                        if _i >= _j8:
                            break
                        _t = _p[_i]
                    if _i == _s9:
                        _i = _skip(_p, _i, _j8)
                if _i != _j8:
                    raise _ProtoError('a field reaches beyond the end of its message')
                if _i >= _n:
                    break
                _t = _p[_i]
            if _t == 42:
                _j13 = _p[_i+1]
                if _j13 > 127:
                    _i, _j13 = _length(_p, _i+1, _n)
                else:
                    _i += 2
                    _j13 += _i
                while _i < _j13:
                    _t = _p[_i]
                    _s14 = _i
                    if _t == 8:
                        time = _p[_i+1]
                        if time > 127:
                            time, _i = _varint(_p, _i+1)
                        else:
                            _i += 2
                        if _i >= _j13:
                            break
                        _t = _p[_i]
                    if _t == 17:
                        midPoint = _double(_p, _i+1)[0]
                        _i += 9
                        if _i >= _j13:
                            break
                        _t = _p[_i]
                    if _i == _s14:
                        _i = _skip(_p, _i, _j13)
                if _i != _j13:
                    raise _ProtoError('a field reaches beyond the end of its message')
                if _i >= _n:
                    break
                _t = _p[_i]
            if _i == _s1:
                _i = _skip(_p, _i, _n)
        if _i != _n:
            raise _ProtoError('a field reaches beyond the end of its message')
        return _make(reqId, tickType, time, price, size, mask, exchange, specialConditions, bidPrice, askPrice, bidSize, askSize, midPoint)
    return decode
