"""Configurations that are checked, kept and answered: analytics, metrics, Intelligent-Tiering; and acceleration, which acts on its endpoint."""

import http.client
import urllib.parse

import pytest

ANALYTICS = {"Id": "a", "StorageClassAnalysis": {}}
METRICS = {"Id": "m", "Filter": {"And": {"Prefix": "p/", "Tags": [{"Key": "k", "Value": "v"}]}}}
TIERING = {"Id": "t", "Status": "Disabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}, {"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]}
FAMILIES = [("analytics", "AnalyticsConfiguration", ANALYTICS), ("metrics", "MetricsConfiguration", METRICS),
            ("intelligent_tiering", "IntelligentTieringConfiguration", TIERING)]


@pytest.mark.parametrize("family, member, configuration", FAMILIES)
def test_a_configuration_is_kept_listed_and_deleted(s3, bucket, refused, family, member, configuration):
    about = {"Bucket": bucket, "Id": configuration["Id"]}
    get = getattr(s3, f"get_bucket_{family}_configuration")
    getattr(s3, f"put_bucket_{family}_configuration")(**about, **{member: configuration})
    assert get(**about)[member] == configuration
    listed = getattr(s3, f"list_bucket_{family}_configurations")(Bucket=bucket)
    assert (listed[f"{member}List"], listed["IsTruncated"]) == ([configuration], False)
    getattr(s3, f"delete_bucket_{family}_configuration")(**about)
    assert refused(get, **about)[:2] == ("NoSuchConfiguration", 404)
    assert f"{member}List" not in getattr(s3, f"list_bucket_{family}_configurations")(Bucket=bucket)


def test_the_three_families_by_name(s3, bucket):
    """As applications call them."""
    s3.put_bucket_analytics_configuration(Bucket=bucket, Id="a", AnalyticsConfiguration=ANALYTICS)
    s3.put_bucket_metrics_configuration(Bucket=bucket, Id="m", MetricsConfiguration=METRICS)
    s3.put_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="t", IntelligentTieringConfiguration=TIERING)
    assert s3.get_bucket_metrics_configuration(Bucket=bucket, Id="m")["MetricsConfiguration"] == METRICS
    assert len(s3.list_bucket_metrics_configurations(Bucket=bucket)["MetricsConfigurationList"]) == 1
    s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="m")
    assert s3.get_bucket_analytics_configuration(Bucket=bucket, Id="a")["AnalyticsConfiguration"] == ANALYTICS


@pytest.mark.parametrize("tierings", [
    [{"Days": 89, "AccessTier": "ARCHIVE_ACCESS"}], [{"Days": 179, "AccessTier": "DEEP_ARCHIVE_ACCESS"}], [{"Days": 731, "AccessTier": "ARCHIVE_ACCESS"}],
])
def test_archives_have_least_and_most_days(s3, bucket, refused, tierings):
    configuration = {"Id": "t", "Status": "Enabled", "Tierings": tierings}
    assert refused(s3.put_bucket_intelligent_tiering_configuration, Bucket=bucket, Id="t", IntelligentTieringConfiguration=configuration)[0] == "InvalidArgument"


def test_a_filter_is_one_thing(s3, bucket, refused):
    both = {"Id": "m", "Filter": {"And": {"Prefix": "p/"}}}
    assert refused(s3.put_bucket_metrics_configuration, Bucket=bucket, Id="m", MetricsConfiguration=both)[0] == "MalformedXML"


def test_acceleration_opens_its_endpoint(client, endpoint, account, new_name, s3):
    name = new_name()
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"body")
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=name)

    def by_accelerate_host():
        url = urllib.parse.urlsplit(s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "k"}))
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=30)
        connection.request("GET", f"/k?{url.query}", headers={"Host": f"{name}.s3-accelerate.amazonaws.com"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    status, text = by_accelerate_host()
    assert status == 400 and b"not configured" in text
    for setting, expected in (("Enabled", 200), ("Suspended", 400)):
        s3.put_bucket_accelerate_configuration(Bucket=name, AccelerateConfiguration={"Status": setting})
        assert s3.get_bucket_accelerate_configuration(Bucket=name)["Status"] == setting
        assert by_accelerate_host()[0] == expected


def test_abac_is_switched(s3, bucket, refused):
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"] == {"Status": "Disabled"}
    s3.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Enabled"})
    assert s3.get_bucket_abac(Bucket=bucket)["AbacStatus"] == {"Status": "Enabled"}
    assert refused(s3.put_bucket_tagging, Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})[0] == "InvalidRequest"
    assert refused(s3.delete_bucket_tagging, Bucket=bucket)[0] == "InvalidRequest"
    s3.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Disabled"})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
