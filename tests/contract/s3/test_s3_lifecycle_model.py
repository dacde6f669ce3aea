"""Random objects, rules and days against a model of S3 Lifecycle that fits on a page."""

import dataclasses
import datetime
import os
import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.stratolite

DAY = datetime.timedelta(days=1)
WATERFALL = ["STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
# Few, so that they have histories.
KEYS = st.sampled_from(["a", "a", "a", "a/b", "é"])
DAYS = st.integers(1, 4)


@dataclasses.dataclass
class Version:
    key: str
    made: datetime.datetime
    size: int = 0
    tags: dict = dataclasses.field(default_factory=dict)
    marker: bool = False
    null: bool = True
    storage_class: str = "STANDARD"


def midnight_after(made, days):
    return made.replace(hour=0, minute=0, second=0) + (days + 1) * DAY


class Model:
    def __init__(self, versioning):
        self.versioning = versioning
        self.keys = {}
        self.uploads = []
        self.rules = []
        self.varies = False

    def add(self, version):
        old = self.keys.setdefault(version.key, [])
        version.null = self.versioning != "Enabled"
        if version.null:
            old[:] = [each for each in old if not each.null]
        old.insert(0, version)

    def delete(self, key, now):
        if self.versioning is None:
            self.keys.pop(key, None)
        else:
            self.add(Version(key, now, marker=True))

    def covers(self, rule, version):
        condition = rule["Filter"].get("And", rule["Filter"])
        tags = condition.get("Tags", [condition["Tag"]] if "Tag" in condition else [])
        return (version.key.startswith(condition.get("Prefix", "")) and version.size > condition.get("ObjectSizeGreaterThan", -1)
                and version.size < condition.get("ObjectSizeLessThan", 1 << 60) and all(version.tags.get(tag["Key"]) == tag["Value"] for tag in tags))

    def may_move(self, rule, version, target):
        condition = rule["Filter"].get("And", rule["Filter"])
        return (WATERFALL.index(target) > WATERFALL.index(version.storage_class)
                and ("ObjectSizeGreaterThan" in condition or "ObjectSizeLessThan" in condition or (self.varies and target == "DEEP_ARCHIVE")))

    def decide(self, versions, index, day):
        version, expires, moves = versions[index], False, []
        for rule in self.rules:
            if rule["Status"] != "Enabled" or not self.covers(rule, version):
                continue
            if index == 0:
                expiration = rule.get("Expiration", {})
                due = expiration.get("Date") or (midnight_after(version.made, expiration["Days"]) if "Days" in expiration else None)
                if version.marker:
                    expires |= len(versions) == 1 and (expiration.get("ExpiredObjectDeleteMarker", False) or (due is not None and due <= day))
                    continue
                expires |= due is not None and due <= day
                moves += [move["StorageClass"] for move in rule.get("Transitions", [])
                          if midnight_after(version.made, move["Days"]) <= day and self.may_move(rule, version, move["StorageClass"])]
                continue
            since, newer = versions[index - 1].made, index - 1

            def is_due(time):
                return newer >= time.get("NewerNoncurrentVersions", 0) and midnight_after(since, time["NoncurrentDays"]) <= day

            expires |= "NoncurrentVersionExpiration" in rule and is_due(rule["NoncurrentVersionExpiration"])
            if not version.marker:
                moves += [move["StorageClass"] for move in rule.get("NoncurrentVersionTransitions", [])
                          if is_due(move) and self.may_move(rule, version, move["StorageClass"])]
        hides = index == 0 and not version.marker and self.versioning is not None
        if expires and (not hides or (self.versioning == "Suspended" and version.null)):
            return "hide" if hides else "remove"
        if moves:
            return max(moves, key=WATERFALL.index)
        return "hide" if expires else None

    def midnight(self, day):
        for key, versions in list(self.keys.items()):
            decisions = [(version, self.decide(versions, index, day)) for index, version in enumerate(versions)]
            for version, decision in decisions:
                if decision == "remove":
                    versions.remove(version)
                elif decision in WATERFALL:
                    version.storage_class = decision
            if any(decision == "hide" for _, decision in decisions):
                self.add(Version(key, day, marker=True))
            if not versions:
                del self.keys[key]
        aborting = [(rule["Filter"].get("Prefix", ""), rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]) for rule in self.rules
                    if rule["Status"] == "Enabled" and "AbortIncompleteMultipartUpload" in rule]
        self.uploads = [(key, made) for key, made in self.uploads
                        if not any(key.startswith(prefix) and midnight_after(made, days) <= day for prefix, days in aborting)]

    def listing(self):
        return [(each.key, each.marker, each.size, None if each.marker else each.storage_class)
                for _, versions in sorted(self.keys.items(), key=lambda item: item[0].encode()) for each in versions]


PLAIN_FILTERS = st.sampled_from([{}, {"Prefix": ""}, {"Prefix": "a"}, {"Prefix": "a/"}])
FILTERS = PLAIN_FILTERS | st.sampled_from([
    {"Tag": {"Key": "t", "Value": "1"}}, {"ObjectSizeGreaterThan": 0}, {"ObjectSizeGreaterThan": 9}, {"ObjectSizeLessThan": 10},
    {"And": {"Prefix": "a", "Tags": [{"Key": "t", "Value": "1"}]}}, {"And": {"Prefix": "a", "ObjectSizeGreaterThan": 0}}])
COLD = st.sampled_from(["GLACIER_IR", "DEEP_ARCHIVE"])
NEWER = st.sampled_from([{}, {"NewerNoncurrentVersions": 1}, {"NewerNoncurrentVersions": 2}])


def action(name, value):
    return value.map(lambda each: {name: each})


ACTIONS = st.one_of(
    action("Expiration", DAYS.map(lambda days: {"Days": days})),
    action("Expiration", st.integers(0, 6).map(lambda days: {"After": days})),
    action("Transitions", st.tuples(st.integers(0, 3), COLD).map(lambda move: [{"Days": move[0], "StorageClass": move[1]}])),
    action("NoncurrentVersionExpiration", st.tuples(DAYS, NEWER).map(lambda pair: {"NoncurrentDays": pair[0]} | pair[1])),
    action("NoncurrentVersionTransitions", st.tuples(DAYS, NEWER, COLD).map(lambda move: [{"NoncurrentDays": move[0], "StorageClass": move[2]} | move[1]])))
PLAIN_ACTIONS = st.one_of(action("Expiration", st.just({"ExpiredObjectDeleteMarker": True})),
                          action("AbortIncompleteMultipartUpload", DAYS.map(lambda days: {"DaysAfterInitiation": days})))
RULES = st.lists(st.tuples(FILTERS, ACTIONS) | st.tuples(PLAIN_FILTERS, PLAIN_ACTIONS), min_size=1, max_size=4)
STEPS = st.one_of(
    st.tuples(st.just("put"), KEYS, st.sampled_from([0, 5, 20]), st.sampled_from([{}, {"t": "1"}, {"t": "2"}])),
    st.tuples(st.just("delete"), KEYS), st.tuples(st.just("remove"), KEYS), st.tuples(st.just("tag"), KEYS, st.sampled_from([{}, {"t": "1"}])),
    st.tuples(st.just("upload"), KEYS), st.tuples(st.just("rules"), RULES, st.booleans(), st.booleans()),
    st.tuples(st.just("wait"), st.integers(1, 60)))


class Run:
    """The bucket and the model of one example."""

    def __init__(self, world, s3, now, versioning):
        self.world, self.s3, self.now = world, s3, now
        self.bucket = "model-" + secrets.token_hex(6)
        self.model = Model(versioning)
        s3.create_bucket(Bucket=self.bucket)
        if versioning:
            s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        if versioning == "Suspended":
            self.model.versioning = "Enabled"
            self.put("a", 5, {})
            self.model.versioning = versioning
            s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": versioning})

    def put(self, key, size, tags):
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=b"x" * size, Tagging="&".join(f"{name}={value}" for name, value in tags.items()))
        self.model.add(Version(key, self.now, size, tags))

    def delete(self, key):
        self.s3.delete_object(Bucket=self.bucket, Key=key)
        self.model.delete(key, self.now)

    def remove(self, key):
        """The newest version, for good."""
        if key not in self.model.keys:
            return
        page = self.s3.list_object_versions(Bucket=self.bucket, Prefix=key)
        newest = next(each for each in page.get("Versions", []) + page.get("DeleteMarkers", []) if each["Key"] == key and each["IsLatest"])
        self.s3.delete_object(Bucket=self.bucket, Key=key, VersionId=newest["VersionId"])
        self.model.keys[key].pop(0)
        if not self.model.keys[key]:
            del self.model.keys[key]

    def tag(self, key, tags):
        versions = self.model.keys.get(key, [])
        if versions and not versions[0].marker:
            self.s3.put_object_tagging(Bucket=self.bucket, Key=key, Tagging={"TagSet": [{"Key": name, "Value": value} for name, value in tags.items()]})
            versions[0].tags = tags

    def upload(self, key):
        self.s3.create_multipart_upload(Bucket=self.bucket, Key=key)
        self.model.uploads.append((key, self.now))

    def rules(self, rules, varies, all_enabled):
        made = []
        for index, (rule_filter, rule_action) in enumerate(rules):
            rule_action = dict(rule_action)
            if "After" in rule_action.get("Expiration", {}):
                rule_action["Expiration"] = {"Date": self.now.replace(hour=0) + rule_action["Expiration"]["After"] * DAY}
            made.append({"ID": str(index), "Status": "Enabled" if all_enabled or index else "Disabled", "Filter": rule_filter} | rule_action)
        more = {"TransitionDefaultMinimumObjectSize": "varies_by_storage_class"} if varies else {}
        self.s3.put_bucket_lifecycle_configuration(Bucket=self.bucket, LifecycleConfiguration={"Rules": made}, **more)
        self.model.rules, self.model.varies = made, varies

    def wait(self, hours):
        until = self.now + datetime.timedelta(hours=hours)
        self.world.advance(f"PT{hours}H")
        day = midnight_after(self.now, 0)
        while day <= until:
            if any(rule["Status"] == "Enabled" for rule in self.model.rules):
                self.model.midnight(day)
            day += DAY
        self.now = until
        self.compare()

    def compare(self):
        page = self.s3.list_object_versions(Bucket=self.bucket)
        seen = [(each["Key"], False, each["Size"], each["StorageClass"], not each["IsLatest"]) for each in page.get("Versions", [])]
        seen += [(each["Key"], True, 0, None, not each["IsLatest"]) for each in page.get("DeleteMarkers", [])]
        # The two lists are in order, each for itself.
        assert [each[:4] for each in seen if not each[1]] == [each for each in self.model.listing() if not each[1]]
        assert [each[:4] for each in seen if each[1]] == [each for each in self.model.listing() if each[1]]
        latest = {each[0]: each[1] for each in seen if not each[4]}
        assert latest == {key: versions[0].marker for key, versions in self.model.keys.items()}
        uploads = [each["Key"] for each in self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])]
        assert sorted(uploads) == sorted(key for key, _ in self.model.uploads)


@pytest.fixture
def frozen(world):
    world.freeze()
    start = datetime.datetime(2030, 1, 10, 12, tzinfo=datetime.timezone.utc)
    world.admin(f"clock?world={world.about['name']}", {"set": start.strftime("%Y-%m-%dT%H:%M:%SZ")})
    world.now = start
    return world


def test_random_objects_rules_and_days_end_as_the_model_says(frozen):
    s3 = frozen.client("s3", s3={"addressing_style": "path"})

    @settings(max_examples=int(os.environ.get("LIFECYCLE_EXAMPLES", "20")), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(["Enabled", "Enabled", "Suspended", None]), RULES, st.booleans(), st.lists(STEPS, min_size=6, max_size=24), st.integers(100, 240))
    def check(versioning, rules, varies, steps, at_last):
        run = Run(frozen, s3, frozen.now, versioning)
        try:
            for size in (5, 20, 0):
                run.put("a", size, {"t": "1"})
            run.rules(rules, varies, True)
            for name, *parameters in steps:
                getattr(run, name)(*parameters)
            run.wait(at_last)
        finally:
            frozen.now = run.now
            s3.delete_bucket_lifecycle(Bucket=run.bucket)

    check()
