"""The place of the request id: what is read and written without decoding agrees with the decoder, for every reply."""

import pytest

from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.codec import ID_NAMES
from ibnb.wire.ids import IdPlaces
from tests.wire.support import carried, fields

REPLIES = sorted(m.REPLIES.values(), key=lambda spec: spec.name)
VERSIONS = (157, 178, 194, 200, 201, 205, 213, 225)


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_of_all_replies_are_read_and_replaced(version):
    places, server, client = IdPlaces(version), Codec(Side.SERVER, version), Codec(Side.CLIENT, version)
    seen = 0
    for spec in REPLIES:
        if version < spec.min_version:
            continue
        name = spec.names[0] if spec.names and spec.names[0] in ID_NAMES else None
        for message in carried(spec, version):
            payload = server.encode(message)
            assert places.spec(payload) is spec
            if name is None:
                assert places.read(payload) is None
                assert places.write(payload, 5) is payload
                continue
            known = client.decode(payload)
            read = places.read(payload)
            assert read == getattr(known, name) or (read is None and getattr(known, name) in (0, -1))
            if read is None:
                continue
            changed = client.decode(places.write(payload, 123456))
            setattr(known, name, 123456)
            assert changed == known, spec.name
            assert places.write(places.write(payload, -1), read) == payload
            seen += 1
    assert seen > 100


@pytest.mark.parametrize("version", [178, 200, 201, 225])
def test_what_has_no_id_stays(version):
    places = IdPlaces(version)
    head = {178: b"", 200: b"", 201: b"\0\0\x03\xe7", 225: b"\0\0\x03\xe7"}[version]
    unknown = head + fields(999, 5) if not head else head + b"\x08\x05"
    assert places.spec(unknown) is None
    assert places.read(unknown) is None
    assert places.write(unknown, 7) is unknown
    assert places.read(b"") is None


def test_damaged_ids_are_no_ids():
    assert IdPlaces(178).read(b"1\x006\0abc\0") is None
    assert IdPlaces(178).read(b"1\x006") is None
    assert IdPlaces(225).read((201).to_bytes(4, "big")) is None
    assert IdPlaces(225).read((201).to_bytes(4, "big") + b"\x08\xff") is None
    assert IdPlaces(225).read((201).to_bytes(4, "big") + b"\x10\x01\x08\x05") is None, (
        "the id comes first or not at all"
    )
