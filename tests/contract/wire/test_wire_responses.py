"""For every operation of every model: a random valid output, written by the wire engine, must be read by botocore's parser as it was meant."""

import os
import random

import pytest
import services
import trees
from botocore.awsrequest import HeadersDict
from botocore.handlers import parse_get_bucket_location
from botocore.parsers import create_parser
from random_values import XML_PROTOCOLS, Values

SEED = os.environ.get("STRATOLITE_WIRE_SEED", "1")
CASES = int(os.environ.get("STRATOLITE_WIRE_CASES", "4"))
FULLNESS = [1.0, 0.5, 0.0, 0.8]
REQUEST_ID = "00000000-0000-4000-8000-000000000000"


class RawBody:
    """What botocore's handlers expect of an HTTP response."""

    raw = True

    def __init__(self, content):
        self.content = content


def make_output(service, protocol, operation, case):
    rng = random.Random(f"{SEED}/{service}/{protocol}/{operation.name}/{case}/response")
    if operation.output_shape is None:
        return {}
    drawn = Values(rng, services.raw(service), protocol, "output", FULLNESS[case % len(FULLNESS)]).top(operation.output_shape)
    carried = trees.carried(drawn, operation.output_shape, protocol, "output")
    for name, member in operation.output_shape.members.items():
        if is_streaming(operation.output_shape, name, member):
            # The caller of the wire engine streams it.
            carried.pop(name, None)
    return carried


def is_streaming(shape, name, member):
    return shape.serialization.get("payload") == name and member.type_name == "blob" and bool(member.serialization.get("streaming"))


def expected_output(operation, output, protocol, status):
    """What botocore makes of a response that says `output`: in the REST protocols some members are never absent for it."""
    shape = operation.output_shape
    if shape is None:
        return {}
    expected = trees.to_line(output, shape)
    for name, member in shape.members.items() if protocol.startswith("rest") else ():
        location = member.serialization.get("location")
        if location == "statusCode":
            expected[name] = status
        elif location == "headers":
            expected.setdefault(name, {})
        elif shape.serialization.get("payload") == name and not member.serialization.get("eventstream"):
            expected.setdefault(name, "" if member.type_name in ("blob", "string") else {})
    return expected


def read_response(service, protocol, operation, answer):
    response = {"status_code": answer["status"], "headers": HeadersDict(answer["headers"]), "body": answer["body"],
                "context": {"operation_name": operation.name}}
    parsed = create_parser(protocol).parse(response, operation.output_shape)
    if service == "s3" and operation.name == "GetBucketLocation":
        parse_get_bucket_location(parsed, RawBody(answer["body"]))
        if parsed["LocationConstraint"] is None:
            del parsed["LocationConstraint"]
    return parsed, parsed.pop("ResponseMetadata", {})


def plain_cases():
    """All but those that answer with an event stream (test_wire_event_streams.py)."""
    operations = ((case, services.model(case[0], case[1]).operation_model(case[2])) for case in services.cases())
    return [case for case, operation in operations if operation.output_shape is None or not operation.has_event_stream_output]


def comparable(service, operation, parsed, expected, protocol):
    """botocore's result without what it reads twice and without what HTTP itself says."""
    shape = operation.output_shape
    if shape is None:
        return parsed
    actual = trees.to_line(parsed, shape)
    if protocol in XML_PROTOCOLS:
        actual = trees.without_aliases(actual, shape, Values(None, services.raw(service), protocol, "output", 0).distinct)
    for name, member in shape.members.items():
        header = member.serialization.get("location") == "header" and member.serialization.get("name", "").lower()
        if header in ("content-length", "content-type") and name not in expected:
            actual.pop(name, None)
    return actual


def request_id(answer, metadata):
    # botocore's CBOR parser looks at the headers only where there is an output.
    return metadata.get("RequestId") or HeadersDict(answer["headers"]).get("x-amzn-requestid")


@pytest.mark.parametrize("service,protocol,operation_name", plain_cases())
def test_a_response_is_read_as_it_was_meant(shim, service, protocol, operation_name):
    operation = services.model(service, protocol).operation_model(operation_name)
    for case in range(CASES):
        output = make_output(service, protocol, operation, case)
        line = trees.to_line(output, operation.output_shape)
        answer = shim.ask(op="serialize", service=service, protocol=protocol, operation=operation_name, params=line, request_id=REQUEST_ID)
        parsed, metadata = read_response(service, protocol, operation, answer)
        expected = expected_output(operation, output, protocol, answer["status"])
        actual = comparable(service, operation, parsed, expected, protocol)
        wrong = trees.differences(expected, actual, operation.output_shape, operation_name)
        assert not wrong, (case, wrong, answer)
        assert request_id(answer, metadata) == REQUEST_ID, (case, metadata, answer)


def modelled_error(service_model, protocol, error, answer):
    """The exception that boto3 would raise: (code, members), read in botocore's two steps."""
    response = {"status_code": answer["status"], "headers": HeadersDict(answer["headers"]), "body": answer["body"], "context": {}}
    parser = create_parser(protocol)
    generic = parser.parse(response, None)
    code = generic["Error"]["Code"]
    shape = service_model.shape_for_error_code(code)
    # botocore itself looks a Query-compatible service's error up under the older code where the model has it.
    shape = shape or service_model.shape_for_error_code(generic["Error"].get("QueryErrorCode", ""))
    return generic, shape, parser.parse(response, shape) if shape is not None else None


@pytest.mark.parametrize("service,protocol,error,operation_name", services.error_cases())
def test_a_modelled_error_is_read_as_it_was_meant(shim, service, protocol, error, operation_name):
    service_model = services.model(service, protocol)
    shape = service_model.shape_for(error)
    for case in range(min(CASES, 2)):
        rng = random.Random(f"{SEED}/{service}/{protocol}/{error}/{case}/error")
        drawn = Values(rng, services.raw(service), protocol, "output", FULLNESS[case]).top(shape)
        output = trees.carried(drawn, shape, protocol, "output")
        line = trees.to_line(output, shape)
        answer = shim.ask(op="serialize", service=service, protocol=protocol, operation=operation_name, error=error, params=line,
                          request_id=REQUEST_ID)
        record = services.raw(service)["shapes"][error]
        status = record.get("error", {}).get("httpStatusCode", 500 if record.get("fault") else 400)
        assert answer["status"] == status, (case, answer)
        generic, found, parsed = modelled_error(service_model, protocol, error, answer)
        assert found is not None, (case, generic, answer)
        assert found.name == error or found.error_code == shape.error_code, (case, generic, answer)
        assert generic["ResponseMetadata"].get("RequestId") == REQUEST_ID, (case, generic, answer)
        message = output.get("message", output.get("Message"))
        if message is not None:
            assert (generic["Error"].get("Message") or "") == message, (case, generic, answer)
        expected, actual = line, trees.to_line(parsed, found)
        if protocol in XML_PROTOCOLS:
            # AWS writes <Message> whatever the member is called, so botocore's modelled members may lack it.
            expected, actual = ({key: value for key, value in tree.items() if key.lower() != "message"} for tree in (expected, actual))
        wrong = trees.differences(expected, actual, found, error)
        assert not wrong, (case, wrong, answer)
