"""All messages of the gateway have their handler."""

from reducing import Reducing

from ibnb.state.reducers import DOMAINS, NAMED, routes
from ibnb.wire import catalogue as m

# Answers to IB's own verification, which programs without a certificate never see, and to requests that IB does not
# make; the client itself takes the next valid id.
UNHANDLED = {
    m.NextValidId,
    m.VerifyMessageAPI,
    m.VerifyCompleted,
    m.VerifyAndAuthMessageAPI,
    m.VerifyAndAuthCompleted,
    m.ConfigResponse,
    m.UpdateConfigResponse,
}


def test_every_reply_is_handled():
    replies = {cls for cls, spec in m.SPECS.items() if spec.direction is m.Direction.REPLY}
    assert replies - set(routes(Reducing().store)) == UNHANDLED


def test_no_message_has_two_handlers():
    store = Reducing().store
    handled = [cls for domain in DOMAINS for cls in domain.routes(store)]
    assert len(handled) == len(set(handled))


def test_messages_that_answer_by_name_have_no_request_id():
    by_name = {cls.__name__: cls for cls, spec in m.SPECS.items() if spec.direction is m.Direction.REPLY}
    for name in NAMED:
        assert not hasattr(by_name[name](), "reqId")
