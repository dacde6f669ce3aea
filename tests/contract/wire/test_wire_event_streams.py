"""For every operation that answers with an event stream: random events and modelled exceptions, written by the wire engine as
`application/vnd.amazon.eventstream`, must be read by botocore as they were meant."""

import os
import random

import pytest
import services
import trees
from botocore.awsrequest import HeadersDict
from botocore.exceptions import EventStreamError
from botocore.parsers import create_parser
from random_values import Values

SEED = os.environ.get("STRATOLITE_WIRE_SEED", "1")
CASES = 5
CHUNK = 7


def streaming_cases():
    return [case for case in services.cases() if streams(services.model(case[0], case[1]).operation_model(case[2]))]


def streams(operation):
    return operation.output_shape is not None and operation.has_event_stream_output


class RawStream:
    """A body that arrives in small pieces."""

    def __init__(self, body):
        self.body = body

    def stream(self):
        return (self.body[i:i + CHUNK] for i in range(0, len(self.body), CHUNK))


def make_events(service, protocol, operation, case):
    stream = operation.get_event_stream_output()
    rng = random.Random(f"{SEED}/{service}/{protocol}/{operation.name}/{case}/events")
    values = Values(rng, services.raw(service), protocol, "output", [1.0, 0.5, 0.0][case % 3])
    names = [name for name, member in stream.members.items() if not member.metadata.get("exception")]
    drawn = [(name, values.structure(stream.members[name], 1)) for name in names + rng.choices(names, k=3)]
    return [(name, trees.carried(event, stream.members[name], protocol, "output")) for name, event in drawn]


def open_stream(shim, service, protocol, operation, events):
    stream = operation.get_event_stream_output()
    lines = [{name: trees.to_line(event, stream.members[name])} for name, event in events]
    answer = shim.ask(op="serialize", service=service, protocol=protocol, operation=operation.name, params={}, events=lines)
    response = {"status_code": answer["status"], "headers": HeadersDict(answer["headers"]), "body": RawStream(answer["body"]),
                "context": {"operation_name": operation.name}}
    assert HeadersDict(answer["headers"])["content-type"] == "application/vnd.amazon.eventstream"
    parsed = create_parser(protocol).parse(response, operation.output_shape)
    return parsed[operation.output_shape.event_stream_name]


def written(event, shape):
    """A blob or text payload and a missing structure are there for botocore even when they are empty."""
    expected = trees.to_line(event, shape)
    for name, member in shape.members.items():
        if member.serialization.get("eventpayload"):
            expected.setdefault(name, "" if member.type_name in ("blob", "string") else {})
    return expected


@pytest.mark.parametrize("service,protocol,operation_name", streaming_cases())
def test_events_are_read_as_they_were_meant(shim, service, protocol, operation_name):
    operation = services.model(service, protocol).operation_model(operation_name)
    members = operation.get_event_stream_output().members
    for case in range(CASES):
        events = make_events(service, protocol, operation, case)
        received = list(open_stream(shim, service, protocol, operation, events))
        assert [name for event in received for name in event] == [name for name, _ in events]
        for (name, event), got in zip(events, received):
            wrong = trees.differences(written(event, members[name]), trees.to_line(got[name], members[name]), members[name], name)
            assert not wrong, (case, wrong)


@pytest.mark.parametrize("service,protocol,operation_name", streaming_cases())
def test_an_exception_ends_the_stream(shim, service, protocol, operation_name):
    operation = services.model(service, protocol).operation_model(operation_name)
    members = operation.get_event_stream_output().members
    for name in [name for name, member in members.items() if member.metadata.get("exception")]:
        with pytest.raises(EventStreamError) as raised:
            list(open_stream(shim, service, protocol, operation, [(name, {"message": "it broke"})]))
        assert raised.value.response["Error"] == {"Code": name, "Message": "it broke"}
