def decoder(_make, _count):
    def decode(_f, _p, startDateStr='', endDateStr=''):
        reqId = int(_f[1] or 0)
        _n = int(_f[2] or 0)
        _start = 0 + 3 + len(_f[0]) + len(_f[1]) + len(_f[2])
        bars, _stop = _Rows.take(_p, _start, _n, 8, _row)
        _f = _p[_stop:].split(b'\0')
        if len(_f) != 1:
            _count(len(_f) - 1)
        return _make(reqId, startDateStr, endDateStr, bars)
    return decode
