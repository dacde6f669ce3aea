"""TagResource and its kin on buckets, as Terraform uses them: the tags are those of PutBucketTagging."""

import botocore.exceptions
import pytest


def code(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_both_apis_see_the_same_tags(control, account, s3, bucket):
    about = {"AccountId": account, "ResourceArn": f"arn:aws:s3:::{bucket}"}
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    control.tag_resource(**about, Tags=[{"Key": "b", "Value": "2"}])
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    control.untag_resource(**about, TagKeys=["a", "b"])
    assert code(s3.get_bucket_tagging, Bucket=bucket) == "NoSuchTagSet"
    assert control.list_tags_for_resource(**about)["Tags"] == []


def test_what_is_not_there_or_not_ones_own_is_refused(client, named, control, account, bucket):
    assert code(control.list_tags_for_resource, AccountId=account, ResourceArn="arn:aws:s3:::no-such-bucket-at-all") == "NoSuchResource"
    stranger = client("s3control", url=named, key="999999999999")
    assert code(stranger.list_tags_for_resource, AccountId="999999999999", ResourceArn=f"arn:aws:s3:::{bucket}") == "AccessDenied"


def test_with_abac_tags_change_by_arn_only(control, account, s3, bucket):
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"] == {"Status": "Disabled"}
    s3.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Enabled"})
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"] == {"Status": "Enabled"}
    assert code(s3.put_bucket_tagging, Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]}) == "InvalidRequest"
    control.tag_resource(AccountId=account, ResourceArn=f"arn:aws:s3:::{bucket}", Tags=[{"Key": "a", "Value": "1"}])
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "1"}]
