"""Reports from what really happened: credentials, and services last accessed."""

import csv
import io
import json
import time

import iam_keys
import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.stratolite


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


@pytest.fixture
def stage(daemon):
    return daemon()


@pytest.fixture
def iam(stage, client):
    return client("iam", url=stage.endpoint)


@pytest.fixture
def advance(stage, admin):
    return lambda seconds: admin("clock", {"advance": f"PT{seconds}S"}, url=stage.endpoint)


def allow(*actions):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]})


def keys_of(iam, user):
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def report_of(iam):
    content = iam.get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(io.StringIO(content))}


def test_the_credential_report_says_what_everybody_has(stage, iam, client, advance, account):
    assert refused(iam.get_credential_report) == "ReportNotPresent"
    for name in ("alice", "bob"):
        iam.create_user(UserName=name)
    iam.create_login_profile(UserName="alice", Password="correct-Horse7battery")
    iam.update_account_password_policy(MaxPasswordAge=90)
    used, unused = keys_of(iam, "alice"), keys_of(iam, "alice")
    iam.update_access_key(UserName="alice", AccessKeyId=unused["key"], Status="Inactive")
    iam.upload_signing_certificate(UserName="bob", CertificateBody=iam_keys.LEAF)
    client("sqs", url=stage.endpoint, region_name="eu-west-1", **used).list_queues()
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "INPROGRESS"
    assert refused(iam.get_credential_report) == "ReportInProgress"
    advance(5)
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    rows = report_of(iam)
    assert list(rows) == ["<root_account>", "alice", "bob"]
    root, alice, bob = rows.values()
    assert (root["arn"], root["password_enabled"], root["access_key_1_active"]) == (f"arn:aws:iam::{account}:root", "not_supported", "false")
    assert (alice["password_enabled"], alice["password_last_used"], alice["mfa_active"]) == ("true", "no_information", "false")
    assert alice["password_next_rotation"] > alice["password_last_changed"]
    assert (alice["access_key_1_active"], alice["access_key_1_last_used_service"], alice["access_key_1_last_used_region"]) == ("true", "sqs", "eu-west-1")
    assert (alice["access_key_2_active"], alice["access_key_2_last_used_date"]) == ("false", "N/A")
    assert (bob["password_enabled"], bob["password_last_changed"], bob["cert_1_active"], bob["cert_2_active"]) == ("false", "N/A", "true", "false")
    advance(4 * 3600)
    assert refused(iam.get_credential_report) == "ReportExpired"
    assert iam.generate_credential_report()["State"] == "STARTED"


def finished(call, advance, **arguments):
    assert call(**arguments)["JobStatus"] == "IN_PROGRESS"
    advance(2)
    report = call(**arguments)
    assert report["JobStatus"] == "COMPLETED"
    return report


def test_services_are_reported_as_they_were_used(stage, iam, client, advance):
    user = iam.create_user(UserName="alice")["User"]
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=allow("sqs:*", "s3:GetObject"))
    alice = keys_of(iam, "alice")
    before = time.time()
    client("sqs", url=stage.endpoint, region_name="eu-west-1", **alice).create_queue(QueueName="q")
    client("sns", url=stage.endpoint, **alice).list_topics()
    job = iam.generate_service_last_accessed_details(Arn=user["Arn"], Granularity="ACTION_LEVEL")["JobId"]
    report = finished(iam.get_service_last_accessed_details, advance, JobId=job)
    services = {each["ServiceNamespace"]: each for each in report["ServicesLastAccessed"]}
    assert sorted(services) == ["s3", "sqs"]
    assert services["s3"] == {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "TotalAuthenticatedEntities": 0}
    sqs = services["sqs"]
    assert (sqs["LastAuthenticatedEntity"], sqs["LastAuthenticatedRegion"], sqs["TotalAuthenticatedEntities"]) == (user["Arn"], "eu-west-1", 1)
    assert abs(sqs["LastAuthenticated"].timestamp() - before) < 60
    assert [each["ActionName"] for each in sqs["TrackedActionsLastAccessed"]] == ["CreateQueue"]


def test_a_policys_report_names_everybody_who_has_it(stage, iam, client, advance, account):
    arn = iam.create_policy(PolicyName="queues", PolicyDocument=allow("sqs:*"))["Policy"]["Arn"]
    iam.create_group(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn=arn)
    iam.create_user(UserName="alice")
    iam.add_user_to_group(GroupName="team", UserName="alice")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": account}}]})
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust)["Role"]
    iam.attach_role_policy(RoleName="worker", PolicyArn=arn)
    session = client("sts", url=stage.endpoint).assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    client("sqs", url=stage.endpoint, key=session["AccessKeyId"], secret=session["SecretAccessKey"], token=session["SessionToken"]).list_queues()
    job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
    report = finished(iam.get_service_last_accessed_details_with_entities, advance, JobId=job, ServiceNamespace="sqs")
    entities = {each["EntityInfo"]["Name"]: each for each in report["EntityDetailsList"]}
    assert {name: each["EntityInfo"]["Type"] for name, each in entities.items()} == {"alice": "USER", "worker": "ROLE"}
    assert "LastAuthenticated" in entities["worker"] and "LastAuthenticated" not in entities["alice"]
    details = iam.get_service_last_accessed_details(JobId=job)["ServicesLastAccessed"]
    assert [(each["ServiceNamespace"], each["LastAuthenticatedEntity"]) for each in details] == [("sqs", role["Arn"])]


def test_reports_about_nothing_are_refused(iam, account):
    assert refused(iam.generate_service_last_accessed_details, Arn=f"arn:aws:iam::{account}:user/nobody") == "NoSuchEntity"
    assert refused(iam.get_service_last_accessed_details, JobId="0" * 36) == "NoSuchEntity"


def test_an_organizations_report_says_what_its_accounts_used(stage, iam, client, advance, account):
    organizations = client("organizations", url=stage.endpoint)
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    queues = organizations.create_policy(Name="queues", Description="", Type="SERVICE_CONTROL_POLICY", Content=allow("sqs:*", "sns:*"))["Policy"]["PolicySummary"]["Id"]
    iam.create_user(UserName="alice")
    client("sqs", url=stage.endpoint, **keys_of(iam, "alice")).list_queues()
    job = iam.generate_organizations_access_report(EntityPath=f"{organization}/{root}/{account}", OrganizationsPolicyId=queues)["JobId"]
    report = finished(iam.get_organizations_access_report, advance, JobId=job)
    assert (report["NumberOfServicesAccessible"], report["NumberOfServicesNotAccessed"]) == (2, 1)
    details = {each["ServiceNamespace"]: each for each in report["AccessDetails"]}
    assert "LastAuthenticatedTime" not in details["sns"]
    assert (details["sqs"]["TotalAuthenticatedEntities"], details["sqs"]["EntityPath"]) == (1, f"{organization}/{root}/{account}")
    everything = iam.generate_organizations_access_report(EntityPath=f"{organization}/{root}")["JobId"]
    advance(2)
    pages = [iam.get_organizations_access_report(JobId=everything, SortKey="LAST_AUTHENTICATED_TIME_DESCENDING", MaxItems=1)]
    assert pages[0]["IsTruncated"] and pages[0]["AccessDetails"][0]["ServiceNamespace"] == "sqs"
    other = client("iam", key="999988887777", url=stage.endpoint)
    failed = other.generate_organizations_access_report(EntityPath=f"{organization}/{root}")["JobId"]
    advance(2)
    outcome = other.get_organizations_access_report(JobId=failed)
    assert (outcome["JobStatus"], outcome["ErrorDetails"]["Code"]) == ("FAILED", "CallerIsNotManagementAccountException")
