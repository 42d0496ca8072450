"""Settings: absent is not false."""

from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import config
from tests.wire.support import check_round_trips


def test_round_trips():
    assert check_round_trips(config) > 10


def test_an_explicit_false_is_sent_and_an_absent_setting_is_not():
    settings = m.ApiSettingsConfig(readOnlyApi=False, socketPort=7497, trustedIPs=["10.0.0.1", "10.0.0.2"])
    message = m.UpdateConfig(5, api=m.ApiConfig(settings=settings))
    payload = Codec(Side.CLIENT, 225).encode(message)
    inner = b"\x08\x00\x40\xc9\x3a" + b"\xa2\x02\x0810.0.0.1" + b"\xa2\x02\x0810.0.0.2"
    part = b"\x12" + bytes([len(inner)]) + inner
    assert payload == b"\x00\x00\x01\x35\x08\x05\x22" + bytes([len(part)]) + part
    got = Codec(Side.SERVER, 225).decode(payload)
    assert got == message
    assert got.api.precautions is None
    assert got.api.settings.prepareDailyPnL is None
    assert got.lockAndExit is None


def test_answer_to_a_change():
    sent = m.UpdateConfigResponse(5, "ok", "", ["readOnlyApi"], [], [m.UpdateConfigWarning(1, "t", "text")])
    assert Codec(Side.CLIENT, 225).decode(Codec(Side.SERVER, 225).encode(sent)) == sent
