"""For every operation of every model: a random valid request, written by botocore's serializer, must be read as it was meant.

Cases are seeded by service, protocol, operation and number; STRATOLITE_WIRE_SEED and STRATOLITE_WIRE_CASES widen them.
"""

import base64
import os
import random

import pytest
import services
import trees
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.serialize import create_serializer
from random_values import Values

SEED = os.environ.get("STRATOLITE_WIRE_SEED", "1")
CASES = int(os.environ.get("STRATOLITE_WIRE_CASES", "4"))
FULLNESS = [1.0, 0.5, 0.0, 0.8]


def make_parameters(service, protocol, operation, case):
    """(parameters for botocore, whether they also meet every constraint of the model)"""
    rng = random.Random(f"{SEED}/{service}/{protocol}/{operation.name}/{case}/request")
    values = Values(rng, services.raw(service), protocol, "input", FULLNESS[case % len(FULLNESS)])
    if operation.input_shape is None:
        return {}, True
    drawn = values.top(operation.input_shape)
    carried = trees.carried(drawn, operation.input_shape, protocol, "input")
    carried = {} if carried is trees.ABSENT else carried
    return carried, not values.unchecked and repr(carried) == repr(drawn)


def write_request(protocol, operation, parameters):
    """What botocore would send, as the shim takes it."""
    serialized = create_serializer(protocol, include_validation=False).serialize_to_request(parameters, operation)
    prepare_request_dict(serialized, endpoint_url="http://localhost:4566", context={})
    request = create_request_object(serialized).prepare()
    scheme_and_host, _, target = request.url[len("http://"):].partition("/")
    body = request.body or b""
    headers = {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in request.headers.items()}
    return {"method": request.method, "uri": "/" + target, "host": scheme_and_host, "headers": headers,
            "body": base64.b64encode(body.encode() if isinstance(body, str) else body).decode()}


def expected_input(operation, parameters, request):
    if operation.input_shape is None:
        return {}
    expected = trees.to_line(parameters, operation.input_shape)
    for name, member in operation.input_shape.members.items():
        if member.serialization.get("location") == "header" and member.serialization.get("name", "").lower() == "content-length":
            # botocore's HTTP layer overrides what the caller gave.
            sent = next((value for header, value in request["headers"].items() if header.lower() == "content-length"), None)
            expected.pop(name, None)
            if sent is not None:
                expected[name] = int(sent)
    return expected


def is_ambiguous(service, operation_name):
    """Whether AWS tells a request for this operation from another one's by something else than method, URI and headers."""
    # S3 keeps deprecated operations next to those that replaced them, and ListDirectoryBuckets at an endpoint of its own.
    replaced = services.deprecated(service, operation_name) and len(services.twins(service, operation_name)) > 1
    return replaced or (service, operation_name) == ("s3", "ListDirectoryBuckets")


@pytest.mark.parametrize("service,protocol,operation_name", services.cases())
def test_a_request_is_read_as_it_was_meant(shim, service, protocol, operation_name):
    operation = services.model(service, protocol).operation_model(operation_name)
    for case in range(CASES):
        parameters, checked = make_parameters(service, protocol, operation, case)
        request = write_request(protocol, operation, parameters)
        answer = shim.ask(op="parse", service=service, request=request, validate=checked)
        if answer.get("operation") != operation_name and is_ambiguous(service, operation_name):
            answer = shim.ask(op="parse", service=service, request=request, validate=checked, operation=operation_name)
        assert answer.get("operation") == operation_name, (case, answer, request)
        wrong = trees.differences(expected_input(operation, parameters, request), answer["params"], operation.input_shape, operation_name)
        assert not wrong, (case, wrong, request)
