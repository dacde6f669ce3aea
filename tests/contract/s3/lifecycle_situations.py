"""Recorded situations about lifecycle configurations and the header that tells when an object expires."""

import datetime
import re

from s3_stage import situation


def expiring(identifier, rule_filter, **expiration):
    return {"Expiration": expiration or {"Days": 7}, "ID": identifier, "Filter": rule_filter, "Status": "Enabled"}


def is_expiration(value):
    return isinstance(value, dict) or re.fullmatch(r'expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="rule_\w+"', value)


def by_kind(value):
    """As it was recorded: an expiration stands for any that looks like one."""
    if isinstance(value, dict):
        return {name: "<expiration>" if name == "Expiration" and is_expiration(member) else by_kind(member) for name, member in value.items()}
    return [by_kind(element) for element in value] if isinstance(value, list) else value


class Ruled:
    """A bucket with lifecycle rules."""

    def __init__(self, stage, *rules):
        self.stage = stage
        self.bucket = stage.bucket()
        stage.s3.put_bucket_lifecycle_configuration(Bucket=self.bucket, LifecycleConfiguration={"Rules": list(rules)})

    def configuration(self):
        return self.stage.s3.get_bucket_lifecycle_configuration(Bucket=self.bucket)

    def put(self, key, body=b"test", **parameters):
        return by_kind(self.stage.put(self.bucket, key, body, **parameters))

    def get(self, key):
        return by_kind(self.stage.get(self.bucket, key))


@situation
def bucket_availability(stage):
    name = stage.name()
    return {"bucket-lifecycle": stage.error(stage.s3.get_bucket_lifecycle_configuration, Bucket=name),
            "bucket-replication": stage.error(stage.s3.get_bucket_replication, Bucket=name)}


@situation
def delete_lifecycle_configuration_on_bucket_deletion(stage):
    ruled = Ruled(stage, expiring("wholebucket", {"Prefix": ""}))
    before = ruled.configuration()
    stage.s3.delete_bucket(Bucket=ruled.bucket)
    stage.s3.create_bucket(Bucket=ruled.bucket)
    return {"get-bucket-lifecycle-conf": before,
            "get-bucket-lifecycle-exc": stage.error(stage.s3.get_bucket_lifecycle_configuration, Bucket=ruled.bucket)}


@situation
def bucket_lifecycle_multiple_rules(stage):
    tomorrow = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=2)
    ruled = Ruled(stage, expiring("rule_one", {"Prefix": "testobject"}), expiring("rule_two", {"Prefix": "test"}, Date=tomorrow),
                  expiring("rule_three", {"Prefix": "t"}, Days=10))
    return {"get-bucket-lifecycle-conf": by_kind(ruled.configuration()), "put-object-match-both-rules": ruled.put("testobject-one"),
            "put-object-match-rule-2": ruled.put("test-two"), "put-object-no-match": ruled.put("no-match")}


@situation
def bucket_lifecycle_object_size_rules(stage):
    ruled = Ruled(stage, expiring("rule_one", {"ObjectSizeGreaterThan": 20}), expiring("rule_two", {"ObjectSizeLessThan": 10}))
    return {"get-bucket-lifecycle-conf": by_kind(ruled.configuration()), "put-object-match-rule-1": ruled.put("large", b"a" * 22),
            "put-object-match-rule-2": ruled.put("small", b"a" * 5), "put-object-no-match": ruled.put("medium", b"a" * 15)}


@situation
def bucket_lifecycle_tag_rules(stage):
    one, two = ({"Key": "testlifecycle", "Value": "positive"}, {"Key": "testlifecycletwo", "Value": "positive-two"})
    ruled = Ruled(stage, expiring("rule_one", {"Tag": one}), expiring("rule_two", {"And": {"Tags": [one, two]}}))
    tagging = {"match-both-rules": "testlifecycle=positive&testlifecycletwo=positive-two", "match-rule-1": "testlifecycle=positive",
               "no-match": "testlifecycle=negative", "no-tags": None}
    answers = {"get-bucket-lifecycle-conf": by_kind(ruled.configuration())}
    for name, tags in tagging.items():
        answers[f"put-object-{name}"] = ruled.put(name, **({"Tagging": tags} if tags else {}))
        answers[f"get-object-{name}"] = ruled.get(name)
    return answers


@situation
def lifecycle_expired_object_delete_marker(stage):
    ruled = Ruled(stage, expiring("rule-marker", {}, ExpiredObjectDeleteMarker=True))
    return {"get-bucket-lifecycle-conf": by_kind(ruled.configuration()), "put-object": ruled.put("object"),
            "head-object": stage.s3.head_object(Bucket=ruled.bucket, Key="object")}
