"""The generated requests and answers are a proof only as far as they reach: to every member of every structure."""

import pytest
import services
import test_wire_requests
import test_wire_responses

# Members that no case of an operation may carry: deprecated and new name of one element, members of a union beyond those drawn.
UNREACHED_PER_SERVICE = 8


def reachable(shape, found, seen):
    if shape.name in seen:
        return
    seen.add(shape.name)
    if shape.type_name == "structure":
        # What an event stream carries is made in test_wire_event_streams.py.
        for name, member in shape.members.items() if not shape.serialization.get("eventstream") else ():
            if not member.serialization.get("eventstream") and not member.serialization.get("streaming"):
                found.add((shape.name, name))
                reachable(member, found, seen)
    for part in (getattr(shape, "member", None), getattr(shape, "value", None)):
        if part is not None and shape.type_name in ("list", "map"):
            reachable(part, found, seen)


def carried(value, shape, found):
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                found.add((shape.name, name))
                carried(item, shape.members[name], found)
    elif shape.type_name == "list":
        for item in value:
            carried(item, shape.member, found)
    elif shape.type_name == "map":
        for item in value.values():
            carried(item, shape.value, found)


@pytest.mark.parametrize("service", services.NAMES)
def test_every_member_is_carried_by_some_case(service):
    sent, answered = (set(), set()), (set(), set())
    checked = total = 0
    for name, protocol, operation_name in services.cases():
        if name != service:
            continue
        operation = services.model(service, protocol).operation_model(operation_name)
        for case in range(test_wire_requests.CASES):
            parameters, valid = test_wire_requests.make_parameters(service, protocol, operation, case)
            checked += valid
            total += 1
            if operation.input_shape is not None:
                reachable(operation.input_shape, sent[0], set())
                carried(parameters, operation.input_shape, sent[1])
            if operation.output_shape is not None:
                reachable(operation.output_shape, answered[0], set())
                carried(test_wire_responses.make_output(service, protocol, operation, case), operation.output_shape, answered[1])
    for wanted, found in (sent, answered):
        assert len(wanted - found) <= UNREACHED_PER_SERVICE, sorted(wanted - found)
    assert checked > total / 2
