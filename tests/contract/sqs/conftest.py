"""Clients of both of SQS's protocols, and what most tests of queues need."""

import copy
import json
import pathlib

import boto3
import botocore.config
import botocore.loaders
import botocore.session
import pytest

ADDITIONS = pathlib.Path(__file__).resolve().parents[3] / "services/sqs/model_additions.json"
VERSION = "2012-11-05"


def merge(record, additions):
    for key, value in additions.items():
        if isinstance(value, dict) and isinstance(record.get(key), dict):
            merge(record[key], value)
        elif not isinstance(value, dict) or key == "error":
            record.setdefault(key, value)


def spell_for_query(record):
    """`queryName`, which only ec2's serializer reads, as the `locationName` that the query serializer reads."""
    if isinstance(record, dict):
        if "queryName" in record:
            record["locationName"] = record.pop("queryName")
        for value in record.values():
            spell_for_query(value)


def query_model():
    """botocore's model of SQS, speaking the Query protocol that botocore has given up and AWS has not."""
    model = copy.deepcopy(botocore.loaders.create_loader().load_service_model("sqs", "service-2", VERSION))
    additions = json.loads(ADDITIONS.read_text())
    for part in ("operations", "shapes"):
        merge(model[part], additions[part])
    spell_for_query(model["shapes"])
    metadata = model["metadata"]
    for name in ("awsQueryCompatible", "jsonVersion", "targetPrefix"):
        metadata.pop(name, None)
    metadata |= {"protocol": "query", "protocols": ["query"], "xmlNamespace": additions["metadata"]["xmlNamespace"]}
    return model


@pytest.fixture(scope="session")
def query_data_path(tmp_path_factory):
    directory = tmp_path_factory.mktemp("models")
    (directory / "sqs" / VERSION).mkdir(parents=True)
    (directory / "sqs" / VERSION / "service-2.json").write_text(json.dumps(query_model()))
    return str(directory)


@pytest.fixture
def make_sqs(endpoint, account, region, query_data_path):
    """Factory: `make_sqs("query", account="…", region="…")`."""

    def make(protocol="json", account=account, region=region, url=None, **config):
        session = botocore.session.Session()
        if protocol == "query":
            session.get_component("data_loader").search_paths.insert(0, query_data_path)
        config.setdefault("retries", {"max_attempts": 0})
        return boto3.session.Session(botocore_session=session).client(
            "sqs", endpoint_url=url or endpoint, region_name=region, aws_access_key_id=account, aws_secret_access_key="test",
            config=botocore.config.Config(**config))

    return make


@pytest.fixture(params=["json", "query"])
def sqs(request, make_sqs):
    return make_sqs(request.param)


@pytest.fixture
def queue(sqs):
    return sqs.create_queue(QueueName="queue")["QueueUrl"]


@pytest.fixture
def fifo(sqs):
    return sqs.create_queue(QueueName="queue.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]


@pytest.fixture
def arn_of(sqs):
    return lambda url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
