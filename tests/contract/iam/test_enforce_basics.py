"""`--iam enforce`, `audit` and `off`: who may do what, and what those hear who may not."""

import json
import stat
import subprocess
import urllib.error
import urllib.request

import pytest

from enforcement import Stage, allow, deny, policy, refusal, request_id_of

pytestmark = pytest.mark.stratolite
OTHER = "222222222222"


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture
def queue(stage, request):
    sqs = stage.root().client("sqs")
    url = sqs.create_queue(QueueName=f"q-{abs(hash(request.node.name))}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


@pytest.fixture
def bucket(stage, request):
    name = f"b-{abs(hash(request.node.name))}"
    s3 = stage.root().client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="open/a", Body=b"a")
    s3.put_object(Bucket=name, Key="shut/b", Body=b"b")
    return name


def test_a_user_without_policies_may_do_nothing(stage, queue):
    url, arn = queue
    user = stage.user()
    code, message, status = refusal(user.client("sqs").send_message, QueueUrl=url, MessageBody="x")
    assert (code, status) == ("AccessDenied", 400)
    assert message == (f"User: {user.arn} is not authorized to perform: sqs:sendmessage on resource: {arn} "
                       "because no identity-based policy allows the sqs:sendmessage action")


def test_a_policy_allows_what_it_says_and_nothing_else(stage, queue):
    url, arn = queue
    sqs = stage.user(allow("sqs:SendMessage", arn)).client("sqs")
    assert sqs.send_message(QueueUrl=url, MessageBody="x")["MessageId"]
    assert refusal(sqs.receive_message, QueueUrl=url)[0] == "AccessDenied"


def test_a_change_of_policies_counts_at_once(stage, queue):
    url, arn = queue
    user = stage.user(allow("sqs:*"))
    iam, sqs = stage.root().client("iam"), user.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    iam.delete_user_policy(UserName=user.name, PolicyName="given")
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"
    iam.put_user_policy(UserName=user.name, PolicyName="given", PolicyDocument=policy(allow("sqs:SendMessage", arn)))
    sqs.send_message(QueueUrl=url, MessageBody="x")


def test_who_is_deleted_becomes_nobody_and_not_root(stage, queue):
    url, arn = queue
    user = stage.user(allow("sqs:*", arn))
    iam, sqs = stage.root().client("iam"), user.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    for key in iam.list_access_keys(UserName=user.name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=user.name, AccessKeyId=key["AccessKeyId"])
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="x")[0] == "InvalidClientTokenId"
    assert refusal(user.client("iam").list_users)[0] == "InvalidClientTokenId"


def test_a_deny_wins(stage, queue):
    url, arn = queue
    user = stage.user(allow("*"), deny("sqs:DeleteQueue", arn))
    code, message, _ = refusal(user.client("sqs").delete_queue, QueueUrl=url)
    assert code == "AccessDenied"
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_groups_and_managed_policies_count(stage, queue):
    url, arn = queue
    iam = stage.root().client("iam")
    user = stage.user()
    group = f"group-of-{user.name}"
    iam.create_group(GroupName=group)
    iam.add_user_to_group(GroupName=group, UserName=user.name)
    managed = iam.create_policy(PolicyName=f"send-{user.name}", PolicyDocument=policy(allow("sqs:SendMessage", arn)))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName=group, PolicyArn=managed)
    sqs = user.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    iam.create_policy_version(PolicyArn=managed, PolicyDocument=policy(allow("sqs:ReceiveMessage", arn)), SetAsDefault=True)
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"
    sqs.receive_message(QueueUrl=url)


def test_a_boundary_bounds(stage, queue):
    url, _ = queue
    iam = stage.root().client("iam")
    user = stage.user(allow("sqs:*"))
    boundary = iam.create_policy(PolicyName=f"bound-{user.name}", PolicyDocument=policy(allow("sqs:ReceiveMessage")))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=boundary)
    sqs = user.client("sqs")
    sqs.receive_message(QueueUrl=url)
    code, message, _ = refusal(sqs.send_message, QueueUrl=url, MessageBody="x")
    assert code == "AccessDenied"
    assert message.endswith("because no permissions boundary allows the sqs:sendmessage action")


def test_conditions_see_the_request(stage, queue):
    url, arn = queue
    local = {"Condition": {"IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1/128"]}, "Bool": {"aws:SecureTransport": "false"}}}
    far = {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    stage.user(allow("sqs:SendMessage", arn, **local)).client("sqs").send_message(QueueUrl=url, MessageBody="x")
    assert refusal(stage.user(allow("sqs:SendMessage", arn, **far)).client("sqs").send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"


def test_a_variable_stands_for_the_user(stage):
    user = stage.user(allow("sqs:*", "arn:aws:sqs:*:*:${aws:username}-*"))
    sqs = user.client("sqs")
    sqs.create_queue(QueueName=f"{user.name}-own")
    assert refusal(sqs.create_queue, QueueName="somebody-elses")[0] == "AccessDenied"


def test_roots_may_everything_in_their_account_and_nothing_in_others(stage, bucket):
    stranger = stage.root(OTHER).client("s3")
    assert refusal(stranger.get_object, Bucket=bucket, Key="open/a") == ("AccessDenied", "Access Denied", 403)
    document = policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*", Principal={"AWS": OTHER}))
    stage.root().client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    assert stranger.get_object(Bucket=bucket, Key="open/a")["Body"].read() == b"a"
    assert refusal(stranger.get_object, Bucket=bucket, Key="shut/b")[0] == "AccessDenied"


def test_across_accounts_both_sides_must_allow(stage, bucket):
    document = policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal={"AWS": OTHER}))
    stage.root().client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    assert refusal(stage.user(account=OTHER).client("s3").get_object, Bucket=bucket, Key="open/a")[0] == "AccessDenied"
    allowed = stage.user(allow("s3:GetObject"), account=OTHER).client("s3")
    assert allowed.get_object(Bucket=bucket, Key="open/a")["Body"].read() == b"a"


def test_a_resource_policy_alone_suffices_within_an_account(stage, queue):
    url, arn = queue
    user = stage.user()
    document = policy(allow("sqs:SendMessage", arn, Principal={"AWS": user.arn}))
    stage.root().client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    user.client("sqs").send_message(QueueUrl=url, MessageBody="x")


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("auth", ["permissive", "strict"])
def test_public_objects_are_public_and_others_are_not(binary, auth):
    stage = Stage(binary, "--iam", "enforce", "--auth", auth)
    try:
        s3 = stage.printed_root().client("s3")
        s3.create_bucket(Bucket="site")
        s3.delete_public_access_block(Bucket="site")
        for key in ("open", "shut"):
            s3.put_object(Bucket="site", Key=key, Body=key.encode())
        s3.put_bucket_policy(Bucket="site", Policy=policy(allow("s3:GetObject", "arn:aws:s3:::site/open", Principal="*")))
        assert fetch(f"{stage.endpoint}/site/open") == (200, b"open")
        status, body = fetch(f"{stage.endpoint}/site/shut")
        assert status == 403
        assert b"<Code>AccessDenied</Code><Message>Access Denied</Message>" in body
    finally:
        stage.stop()


def test_a_presigned_url_may_what_its_signer_may(stage, bucket):
    user = stage.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*"))
    s3 = user.client("s3", signature_version="s3v4")
    links = [s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}) for key in ("open/a", "shut/b")]
    assert fetch(links[0]) == (200, b"a")
    status, body = fetch(links[1])
    assert status == 403 and b"AccessDenied" in body


def test_sessions_have_what_role_and_session_policy_both_allow(stage, queue):
    url, arn = queue
    iam = stage.root().client("iam")
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="sender", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="sender", PolicyName="p", PolicyDocument=policy(allow(["sqs:SendMessage", "sqs:ReceiveMessage"], arn)))
    sts = stage.user(allow("sts:AssumeRole", role)).client("sts")

    def session(**more):
        made = sts.assume_role(RoleArn=role, RoleSessionName="session", **more)["Credentials"]
        return stage.root().__class__(stage, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]).client("sqs")

    session().send_message(QueueUrl=url, MessageBody="x")
    assert refusal(session().delete_queue, QueueUrl=url)[0] == "AccessDenied"
    narrow = session(Policy=policy(allow("sqs:ReceiveMessage")))
    narrow.receive_message(QueueUrl=url)
    _, message, _ = refusal(narrow.send_message, QueueUrl=url, MessageBody="x")
    assert "because no session policy allows the sqs:sendmessage action" in message
    iam.delete_role_policy(RoleName="sender", PolicyName="p")
    assert refusal(session().send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"


@pytest.mark.parametrize("service, operation, arguments, code, status", [
    ("sqs", "list_queues", {}, "AccessDenied", 400),
    ("sns", "list_topics", {}, "AuthorizationError", 403),
    ("s3", "list_buckets", {}, "AccessDenied", 403),
    ("iam", "list_users", {}, "AccessDenied", 403),
    ("sts", "get_session_token", {}, None, 200),
    ("sts", "assume_role", {"RoleArn": "arn:aws:iam::000000000000:role/none", "RoleSessionName": "s1"}, "AccessDenied", 403),
    ("events", "list_rules", {}, "AccessDeniedException", 400),
    ("scheduler", "list_schedules", {}, "AccessDeniedException", 403),
    ("pipes", "list_pipes", {}, "AccessDeniedException", 403),
])
def test_each_protocol_says_no_in_its_words(stage, service, operation, arguments, code, status):
    call = getattr(stage.user().client(service), operation)
    if code is None:  # What needs no permission.
        assert call(**arguments)["ResponseMetadata"]["HTTPStatusCode"] == status
        return
    seen = refusal(call, **arguments)
    assert (seen[0], seen[2]) == (code, status)


def test_why_tells_what_lacks(stage, queue):
    url, arn = queue
    user = stage.user(allow("sqs:SendMessage", "arn:aws:sqs:*:*:another"))
    request = request_id_of(user.client("sqs").send_message, QueueUrl=url, MessageBody="x")
    page = stage.admin(f"why/{request}")
    assert page["decision"] == "denied"
    assert page["principal"]["arn"] == user.arn
    assert page["needs"] == [{"action": "sqs:SendMessage", "resource": arn, "resourceAccount": "000000000000", "allowed": False,
                              "reason": "no identity-based policy allows it", "policy": None, "statement": None}]
    assert page["context"]["aws:username"] == [user.name]
    assert [(s["policy"], s["effect"], s["matched"]) for s in page["statements"] if s["kind"] == "identity"] == [("given", "Allow", False)]
    assert page["wouldAllow"] == [{"policyKind": "identity", "statement": {"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": arn}}]
    # What it proposes does allow it.
    stage.root().client("iam").put_user_policy(UserName=user.name, PolicyName="more", PolicyDocument=policy(page["wouldAllow"][0]["statement"]))
    user.client("sqs").send_message(QueueUrl=url, MessageBody="x")


def test_why_says_when_no_statement_helps(stage, queue):
    url, arn = queue
    user = stage.user(allow("*"), deny("sqs:*", arn, Sid="NotThatOne"))
    request = request_id_of(user.client("sqs").send_message, QueueUrl=url, MessageBody="x")
    page = stage.admin(f"why/{request}")
    assert page["wouldAllow"] == []
    assert page["needs"][0]["statement"] == "NotThatOne"
    assert page["reason"] == "an identity-based policy denies it"


def test_the_command_why_is_for_people(stage, queue, binary):
    url, _ = queue
    request = request_id_of(stage.user().client("sqs").send_message, QueueUrl=url, MessageBody="x")
    done = subprocess.run([binary, "why", request, "--endpoint", stage.endpoint], capture_output=True, text=True, check=True)
    assert "no identity-based policy allows it" in done.stdout
    assert "would be allowed with" in done.stdout
    unknown = subprocess.run([binary, "why", "no-such-request", "--endpoint", stage.endpoint], capture_output=True, text=True)
    assert unknown.returncode == 1


def test_the_journal_shows_denials(stage, queue, binary):
    url, arn = queue
    request = request_id_of(stage.user().client("sqs").purge_queue, QueueUrl=url)
    seen = [r for r in stage.admin("requests?operation=PurgeQueue")["requests"] if r["request_id"] == request]
    assert seen[0]["denied"] == {"action": "sqs:PurgeQueue", "resource": arn, "reason": "no identity-based policy allows it"}
    shown = subprocess.run([binary, "requests", "--operation", "PurgeQueue", "--endpoint", stage.endpoint], capture_output=True, text=True, check=True)
    assert f"denied: sqs:PurgeQueue on {arn}" in shown.stdout


def test_worlds_inherit_the_mode(stage):
    made = stage.admin("worlds", "POST", {})
    key = made["access_key_id"], made["secret_access_key"]
    root = stage.root().__class__(stage, *key)
    iam = root.client("iam")
    iam.create_user(UserName="inner")
    keys = iam.create_access_key(UserName="inner")["AccessKey"]
    inner = root.__class__(stage, keys["AccessKeyId"], keys["SecretAccessKey"])
    assert refusal(inner.client("sqs").list_queues)[0] == "AccessDenied"
    iam.put_user_policy(UserName="inner", PolicyName="p", PolicyDocument=policy(allow("sqs:ListQueues")))
    inner.client("sqs").list_queues()
    fork = stage.admin("worlds", "POST", {"fork": made["name"]})
    forked = root.__class__(stage, fork["access_key_id"], fork["secret_access_key"])
    assert forked.client("iam").list_users()["Users"][0]["UserName"] == "inner"
    assert stage.admin(f"health?world={fork['name']}")["iam"] == "enforce"


def test_audit_allows_and_tells(binary):
    stage = Stage(binary, "--iam", "audit")
    try:
        assert stage.admin("health")["iam"] == "audit"
        request = request_id_of(stage.user().client("sqs").list_queues)
        seen = [r for r in stage.admin("requests?operation=ListQueues")["requests"] if r["request_id"] == request]
        assert seen[0]["status"] == 200
        assert seen[0]["would_deny"]["action"] == "sqs:ListQueues"
        assert "denied" not in seen[0]
        page = stage.admin(f"why/{request}")
        assert page["decision"] == "would be denied"
        assert page["error"]["code"] == "AccessDeniedException"
        fine = request_id_of(stage.user(allow("sqs:*")).client("sqs").list_queues)
        seen = [r for r in stage.admin("requests?operation=ListQueues")["requests"] if r["request_id"] == fine]
        assert "would_deny" not in seen[0]
    finally:
        stage.stop()


def test_off_decides_nothing(binary):
    stage = Stage(binary)
    try:
        assert stage.admin("health")["iam"] == "off"
        assert stage.printed_root() is None
        stage.user(deny("*")).client("sqs").list_queues()
    finally:
        stage.stop()


def test_what_is_learnt_is_enough(binary, tmp_path):
    stage = Stage(binary)
    try:
        user = stage.user()
        root = stage.root().client("sqs")
        url = root.create_queue(QueueName="lesson")["QueueUrl"]
        stage.admin("learn/start", "POST", {})
        sqs = user.client("sqs")
        sqs.send_message(QueueUrl=url, MessageBody="x")
        sqs.receive_message(QueueUrl=url)
        sqs.list_queues()
        learnt = {p["principal"]: p["policy"] for p in stage.admin("learn/stop", "POST", {})["principals"]}
        assert learnt[user.arn] == {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["sqs:ListQueues"], "Resource": ["arn:aws:sqs:us-east-1:000000000000:"]},
            {"Effect": "Allow", "Action": ["sqs:ReceiveMessage", "sqs:SendMessage"], "Resource": ["arn:aws:sqs:us-east-1:000000000000:lesson"]}]}
        command = [binary, "learn"]
        subprocess.run([*command, "start", "--endpoint", stage.endpoint], check=True, capture_output=True)
        sqs.get_queue_url(QueueName="lesson")
        subprocess.run([*command, "stop", "--endpoint", stage.endpoint, "--directory", tmp_path], check=True, capture_output=True)
        (file,) = tmp_path.iterdir()
        assert json.loads(file.read_text())["Statement"][0]["Action"] == ["sqs:GetQueueUrl"]
        again = subprocess.run([*command, "stop", "--endpoint", stage.endpoint], capture_output=True, text=True)
        assert again.returncode == 1
    finally:
        stage.stop()


def test_bootstrap_credentials_are_printed_once_and_kept(binary, tmp_path):
    first = Stage(binary, "--iam", "enforce", "--auth", "strict", data_dir=tmp_path / "data")
    root = first.printed_root()
    root.client("iam").create_user(UserName="kept")
    first.stop()
    file = tmp_path / "data/root-credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    second = Stage(binary, "--iam", "enforce", "--auth", "strict", data_dir=tmp_path / "data")
    try:
        assert second.printed_root() is None
        root.stage = second
        assert root.client("iam").list_users()["Users"][0]["UserName"] == "kept"
        assert root.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::000000000000:root"
    finally:
        second.stop()


def test_given_root_credentials_take_their_place(binary):
    stage = Stage(binary, "--iam", "enforce", "--root-credentials", "AKIAROOTROOTROOTROOT:secret")
    try:
        assert stage.printed_root() is None
    finally:
        stage.stop()
