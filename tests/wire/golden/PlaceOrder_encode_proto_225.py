def encoder():
    def encode(_m):
        orderId = _m.orderId
        contract = _m.contract
        order = _m.order
        _w = bytearray()
        if orderId != 2147483647:
            _w += b'\x08' + _pack(int(orderId))
        _b = _write_OrderContract(_with_leg_prices(contract, order))
        _w += b'\x12' + _pack(len(_b)) + _b
        _b = _write_Order(order)
        _w += b'\x1a' + _pack(len(_b)) + _b
        _w1 = bytearray()
        _v = order.slOrderId
        if _v is not None and _v != 2147483647:
            _w1 += b'\x08' + _pack(int(_v))
        _v = order.slOrderType
        if _v:
            _b = str(_v).encode()
            _w1 += b'\x12' + _pack(len(_b)) + _b
        _v = order.ptOrderId
        if _v is not None and _v != 2147483647:
            _w1 += b'\x18' + _pack(int(_v))
        _v = order.ptOrderType
        if _v:
            _b = str(_v).encode()
            _w1 += b'"' + _pack(len(_b)) + _b
        _b = _w1
        _w += b'"' + _pack(len(_b)) + _b
        return _w
    return encode
