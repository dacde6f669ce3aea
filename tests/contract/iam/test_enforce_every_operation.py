"""Fails closed: a user without any policy is denied every operation of every service that is built, but for the few that AWS gives to everyone."""

import json
import pathlib
import re
import socket

import boto3
import botocore.config
import botocore.exceptions
import botocore.session
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
ACCOUNT = "123456789012"
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html, …/API_GetSessionToken.html: no permissions are required.
# What comes with another provider's token is the role's trust policy's to decide.
FREE = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken"), ("sts", "AssumeRoleWithSAML"), ("sts", "AssumeRoleWithWebIdentity")}
# There is no such role that could trust anybody, and no root of another account that is ours to be.
NEEDS_MORE = {("sts", "AssumeRole"), ("sts", "AssumeRoot")}
# How services say it. https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
DENIALS = {"sns": "AuthorizationError", "sqs": "AccessDenied", "s3": "AccessDenied", "s3control": "AccessDenied", "iam": "AccessDenied", "sts": "AccessDenied"}
DENIED_OTHERWISE = "AccessDeniedException"


def built_operations():
    """Lint holds these tables to the operation tables of the daemon."""
    for readme in sorted((ROOT / "services").glob("*/README.md")):
        for operation, state in re.findall(r"^\| (\w+) \| (full|partial) \|", readme.read_text(encoding="utf-8"), re.MULTILINE):
            yield readme.parent.name, operation


# Where the model's patterns want more than a name.
SPECIAL = {"VersionId": "v1", "EntityPath": "o-abcdefghij/r-abcd", "HealthCheck": "arn:aws:route53:::healthcheck/nothing"}


OPERATIONS = sorted(set(built_operations()))
MODELS = {}


def model(service):
    if service not in MODELS:
        MODELS[service] = botocore.session.get_session().get_service_model(service)
    return MODELS[service]


def text_of(name, shape, service):
    """A string that a member of this name may be."""
    if shape.enum:
        return shape.enum[0]
    if "aws\\.partner" in shape.metadata.get("pattern", ""):
        return "aws.partner/nothing/here"
    lower = name.lower()
    if lower.endswith("url"):
        return f"http://localhost/{ACCOUNT}/nothing" if service == "sqs" else "https://example.com/nothing"
    if lower.endswith("arn") or lower in ("arn", "target", "source", "policysourcearn"):
        return {"sns": f"arn:aws:sns:us-east-1:{ACCOUNT}:nothing", "sqs": f"arn:aws:sqs:us-east-1:{ACCOUNT}:nothing",
                "events": f"arn:aws:events:us-east-1:{ACCOUNT}:{'connection/nothing/12345678-1234-1234-1234-123456789012' if 'connection' in lower else 'event-bus/nothing'}",
                "scheduler": f"arn:aws:{'scheduler' if lower == 'resourcearn' else 'sqs'}:us-east-1:{ACCOUNT}:{'schedule-group/' if lower == 'resourcearn' else ''}nothing",
                "pipes": f"arn:aws:{'pipes' if lower == 'resourcearn' else 'sqs'}:us-east-1:{ACCOUNT}:{'pipe/' if lower == 'resourcearn' else ''}nothing",
                }.get(service, f"arn:aws:iam::{ACCOUNT}:{'policy' if 'policy' in lower else 'role'}/nothing-to-see") if "role" not in lower \
            else f"arn:aws:iam::{ACCOUNT}:role/nothing-to-see"
    if "accountid" in lower or lower in ("account", "targetprincipal", "awsaccountid"):
        return ACCOUNT
    if lower in ("policy", "policydocument", "assumerolepolicydocument", "content", "eventpattern", "event"):
        return '{"Version":"2012-10-17","Statement":[]}'
    if "email" in lower:
        return "nobody@example.com"
    if "phone" in lower:
        return "+12065550100"
    if lower == "bucket":
        return "nothing-to-see"
    least = max(shape.metadata.get("min", 1), 1)
    if re.fullmatch(r"\^?\[?\\?d.*", shape.metadata.get("pattern", "")):
        return "1" * max(least, 6)
    return ("nothing" + "1" * least)[: max(least, min(7, shape.metadata.get("max", 7)))]


def value_of(name, shape, service, depth=0):
    if service != "s3" and name in SPECIAL:
        return SPECIAL[name]
    if depth > 6:
        return None
    if shape.type_name == "structure":
        # A structure without members is none at all in Query.
        members = shape.required_members or (list(shape.members)[:1] if depth and service in ("iam", "sts") else [])
        return {member: value_of(member, shape.members[member], service, depth + 1) for member in members}
    if shape.type_name == "list":
        return [value_of(name, shape.member, service, depth + 1) for _ in range(max(shape.metadata.get("min", 1), 1))]
    if shape.type_name == "map":
        return {"key": value_of(name, shape.value, service, depth + 1)}
    if shape.type_name == "string":
        return text_of(name, shape, service)
    if shape.type_name in ("integer", "long", "float", "double"):
        return max(shape.metadata.get("min", 1), 1)
    return {"boolean": True, "blob": b"nothing", "timestamp": 1_700_000_000}[shape.type_name]


def input_of(service, operation):
    shape = model(service).operation_model(operation).input_shape
    return value_of("", shape, service) if shape else {}


@pytest.fixture(autouse=True)
def every_name_is_here(monkeypatch):
    """`*.localhost` does not resolve everywhere."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1" if "localhost" in str(host) else host, *rest, **more))


@pytest.fixture(scope="module")
def enforcing(binary, tmp_path_factory):
    import daemons

    one = daemons.Daemon(binary, "--iam", "enforce", "--root-credentials", f"AKIAROOTROOTROOTROOT:secret:{ACCOUNT}")
    yield one
    one.stop()


def client_of(daemon, service, key, secret):
    config = botocore.config.Config(retries={"max_attempts": 0}, parameter_validation=False, s3={"addressing_style": "path"})
    # Its clients put the account before the host's name; an address can have nothing before it.
    endpoint = daemon.endpoint.replace("127.0.0.1", "localhost") if service == "s3control" else daemon.endpoint
    return boto3.session.Session().client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key,
                                          aws_secret_access_key=secret, config=config)


def clients_of_user(daemon, name, *statements):
    iam = client_of(daemon, "iam", "AKIAROOTROOTROOTROOT", "secret")
    iam.create_user(UserName=name)
    for statement in statements:
        iam.put_user_policy(UserName=name, PolicyName="given", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    made = {}

    def client(service):
        if service not in made:
            made[service] = client_of(daemon, service, key["AccessKeyId"], key["SecretAccessKey"])
        return made[service]

    return client


@pytest.fixture(scope="module")
def nobody(enforcing):
    """Clients of a user without any policy."""
    return clients_of_user(enforcing, "nobody")


@pytest.fixture(scope="module")
def administrator(enforcing):
    return clients_of_user(enforcing, "administrator", {"Effect": "Allow", "Action": "*", "Resource": "*"})


def ask(client, operation, parameters):
    """The error, or None."""
    method = next(python for python, wire in client.meta.method_to_api_mapping.items() if wire == operation)
    try:
        getattr(client, method)(**parameters)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]
    return None


def test_there_are_operations_of_every_service_that_is_built():
    assert {"events", "iam", "pipes", "s3", "scheduler", "sns", "sqs", "sts"} <= {service for service, _ in OPERATIONS}
    assert len(OPERATIONS) > 300


@pytest.mark.parametrize("service", sorted({service for service, _ in OPERATIONS}))
def test_who_has_no_policy_is_denied_everything(service, nobody):
    wrong = {}
    for operation in [operation for name, operation in OPERATIONS if name == service and (name, operation) not in FREE]:
        error = ask(nobody(service), operation, input_of(service, operation))
        code = error and error["Code"]
        # HEAD has no body to say it in.
        if code == DENIALS.get(service, DENIED_OTHERWISE) or (code == "403" and operation.startswith("Head")):
            continue
        wrong[operation] = error and f"{code}: {error['Message']}"
    assert wrong == {}


@pytest.mark.parametrize("service", sorted({service for service, _ in OPERATIONS}))
def test_who_may_do_everything_is_denied_nothing(service, administrator):
    """Whatever else is wrong with the input: of resources of another account, of AWS, or that nobody owns, nothing is made up."""
    denied = {}
    for operation in [operation for name, operation in OPERATIONS if name == service and (name, operation) not in NEEDS_MORE]:
        error = ask(administrator(service), operation, input_of(service, operation)) or {}
        if "is not authorized to perform" in error.get("Message", ""):
            denied[operation] = error["Message"]
    assert denied == {}


def test_what_is_awss_own_is_no_other_accounts(administrator):
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert administrator("iam").get_policy(PolicyArn=arn)["Policy"]["Arn"] == arn


def test_the_message_names_user_action_and_reason(nobody):
    error = ask(nobody("iam"), "ListUsers", {})
    assert error["Message"] == (f"User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::{ACCOUNT}:user/ "
                                "because no identity-based policy allows the iam:ListUsers action")


def test_the_few_free_ones_are_free(nobody):
    assert ask(nobody("sts"), "GetCallerIdentity", {}) is None
    assert ask(nobody("sts"), "GetSessionToken", {}) is None
    for operation in ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"):
        error = ask(nobody("sts"), operation, input_of("sts", operation))
        assert "no identity-based policy allows" not in error["Message"]
