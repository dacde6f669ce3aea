"""ACLs, object ownership and who pays, as boto3 sees them; what they open stands in test_s3_enforced_access.py."""

import pytest

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
OTHER = "444455556666"


def permissions(acl):
    return [grant["Permission"] for grant in acl["Grants"]]


@pytest.fixture
def open_bucket(s3, bucket):
    """Its ACLs count, and may be public."""
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.delete_public_access_block(Bucket=bucket)
    return bucket


@pytest.fixture
def other(client):
    return client("s3", key=OTHER)


def test_a_document_is_answered_as_it_was_given(s3, open_bucket):
    s3.put_object(Bucket=open_bucket, Key="a", Body=b"a")
    acl = s3.get_object_acl(Bucket=open_bucket, Key="a")
    grants = acl["Grants"] + [{"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ_ACP"},
                              {"Grantee": {"Type": "CanonicalUser", "ID": "ab" * 32}, "Permission": "WRITE_ACP"}]
    s3.put_object_acl(Bucket=open_bucket, Key="a", AccessControlPolicy={"Owner": acl["Owner"], "Grants": grants})
    assert s3.get_object_acl(Bucket=open_bucket, Key="a")["Grants"] == grants
    s3.put_bucket_acl(Bucket=open_bucket, AccessControlPolicy={"Owner": acl["Owner"], "Grants": grants})
    assert s3.get_bucket_acl(Bucket=open_bucket)["Grants"] == grants


def test_the_xml_names_the_types_of_grantees(s3, open_bucket):
    s3.put_object(Bucket=open_bucket, Key="a", Body=b"a", ACL="public-read")
    kept = []
    s3.meta.events.register("before-parse.s3.GetObjectAcl", lambda response_dict, **_: kept.append(response_dict["body"]))
    s3.get_object_acl(Bucket=open_bucket, Key="a")
    text = kept[0].decode()
    assert 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"' in text
    assert 'xsi:type="Group"' in text and "<AccessControlList><Grant>" in text


@pytest.mark.parametrize("canned, expected", [
    ("private", ["FULL_CONTROL"]), ("public-read", ["FULL_CONTROL", "READ"]), ("public-read-write", ["FULL_CONTROL", "READ", "WRITE"]),
    ("authenticated-read", ["FULL_CONTROL", "READ"]), ("aws-exec-read", ["FULL_CONTROL", "READ"]), ("bucket-owner-read", ["FULL_CONTROL"]),
    ("bucket-owner-full-control", ["FULL_CONTROL"]),
])
def test_canned_acls_of_objects(s3, open_bucket, canned, expected):
    s3.put_object(Bucket=open_bucket, Key="a", Body=b"a", ACL=canned)
    assert permissions(s3.get_object_acl(Bucket=open_bucket, Key="a")) == expected


def test_log_delivery_is_for_buckets(s3, open_bucket, refused):
    s3.put_bucket_acl(Bucket=open_bucket, ACL="log-delivery-write")
    assert permissions(s3.get_bucket_acl(Bucket=open_bucket)) == ["FULL_CONTROL", "WRITE", "READ_ACP"]
    assert refused(s3.put_object, Bucket=open_bucket, Key="a", ACL="log-delivery-write")[:2] == ("InvalidArgument", 400)


@pytest.mark.parametrize("acl, code, message", [
    ({}, "MissingSecurityHeader", "Your request was missing a required header"),
    ({"ACL": "fake-acl"}, "InvalidArgument", None),
    ({"GrantWrite": 'uri="http://acs.amazonaws.com/groups/s3/FakeGroup"'}, "InvalidArgument", "Invalid group uri"),
    ({"GrantWrite": 'fakekey="1234"'}, "InvalidArgument", "Argument format not recognized"),
    ({"GrantWrite": 'id="wrong-id"'}, "InvalidArgument", "Invalid id"),
    ({"GrantWrite": 'emailAddress="a@example.com"'}, "MethodNotAllowed", "The specified method is not allowed against this resource."),
    ({"ACL": "private", "GrantRead": f'uri="{ALL_USERS}"'}, "InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed"),
    ({"AccessControlPolicy": {"Grants": []}}, "MalformedACLError", "The XML you provided was not well-formed or did not validate against our published schema"),
    ({"AccessControlPolicy": {"Owner": {"ID": "wrong"}, "Grants": []}}, "InvalidArgument", "Invalid id"),
])
def test_what_is_no_acl_is_refused(s3, open_bucket, refused, acl, code, message):
    answer = refused(s3.put_bucket_acl, Bucket=open_bucket, **acl)
    assert (answer[0], answer[2]) == (code, message)


def test_public_acls_are_blocked_in_new_buckets(s3, bucket, new_name, refused):
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]})
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    code, status, message = refused(s3.put_object_acl, Bucket=bucket, Key="a", ACL="public-read")
    assert (code, status) == ("AccessDenied", 403) and "BlockPublicAcls" in message
    assert refused(s3.put_bucket_acl, Bucket=bucket, ACL="public-read")[0] == "AccessDenied"
    assert refused(s3.create_bucket, Bucket=new_name(), ObjectOwnership="ObjectWriter", ACL="public-read")[0] == "InvalidBucketAclWithBlockPublicAccessError"
    assert refused(s3.create_bucket, Bucket=new_name(), ACL="public-read")[0] == "InvalidBucketAclWithObjectOwnership"


def test_doing_without_acls_needs_an_acl_that_gives_nothing_away(s3, open_bucket, refused):
    s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert refused(s3.put_bucket_ownership_controls, Bucket=open_bucket, OwnershipControls=enforced)[0] == "InvalidBucketAclWithObjectOwnership"
    s3.put_bucket_acl(Bucket=open_bucket, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=open_bucket, OwnershipControls=enforced)
    assert refused(s3.put_bucket_acl, Bucket=open_bucket, ACL="private")[:2] == ("AccessControlListNotSupported", 400)


def test_objects_belong_to_their_writers_until_the_bucket_owns_all(s3, open_bucket, other):
    ours = s3.get_bucket_acl(Bucket=open_bucket)["Owner"]
    other.put_object(Bucket=open_bucket, Key="a", Body=b"a")
    theirs = s3.get_object_acl(Bucket=open_bucket, Key="a")["Owner"]
    assert theirs != ours
    assert s3.list_objects_v2(Bucket=open_bucket, FetchOwner=True)["Contents"][0]["Owner"] == theirs
    s3.put_bucket_ownership_controls(Bucket=open_bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    assert s3.get_object_acl(Bucket=open_bucket, Key="a")["Owner"] == ours
    assert s3.list_objects_v2(Bucket=open_bucket, FetchOwner=True)["Contents"][0]["Owner"] == ours


def test_requesters_pay(s3, bucket, other, refused):
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"
    assert refused(other.get_object, Bucket=bucket, Key="a")[:2] == ("AccessDenied", 403)
    assert refused(other.list_objects_v2, Bucket=bucket)[:2] == ("AccessDenied", 403)
    assert other.get_object(Bucket=bucket, Key="a", RequestPayer="requester")["RequestCharged"] == "requester"
    assert other.list_objects_v2(Bucket=bucket, RequestPayer="requester")["RequestCharged"] == "requester"
    assert "RequestCharged" not in s3.get_object(Bucket=bucket, Key="a")
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "BucketOwner"})
    assert "RequestCharged" not in other.get_object(Bucket=bucket, Key="a")
    assert refused(s3.put_bucket_request_payment, Bucket=bucket, RequestPaymentConfiguration={"Payer": "Nobody"})[0] == "MalformedXML"


def test_buckets_as_they_were_before_2023(daemon, client, new_name):
    own = daemon("--s3-legacy-bucket-defaults")
    s3 = client("s3", url=own.endpoint)
    name = new_name()
    s3.create_bucket(Bucket=name, ACL="public-read")
    assert permissions(s3.get_bucket_acl(Bucket=name)) == ["FULL_CONTROL", "READ"]
    s3.put_object(Bucket=name, Key="a", Body=b"a", ACL="public-read")
    assert permissions(s3.get_object_acl(Bucket=name, Key="a")) == ["FULL_CONTROL", "READ"]
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket=name)
