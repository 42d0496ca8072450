def decoder(_make, _skip):
    def decode(_p):
        reqId = -1
        startDateStr = ''
        endDateStr = ''
        bars = []
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
            if _t == 18:
                bars, _i = _Rows.scan(_p, _i, _n, 18, _row, bars)
                if _i >= _n:
                    break
                _t = _p[_i]
            if _i == _s1:
                _i = _skip(_p, _i, _n)
        if _i != _n:
            raise _ProtoError('a field reaches beyond the end of its message')
        return _make(reqId, startDateStr, endDateStr, bars)
    return decode
