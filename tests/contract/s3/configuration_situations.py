"""Recorded situations about configurations that are kept: analytics, metrics, Intelligent-Tiering, acceleration."""

from s3_stage import situation


@situation
def s3_analytics_configurations(stage):
    bucket, target = stage.bucket(), stage.bucket()
    analysis = {"DataExport": {"OutputSchemaVersion": "V_1", "Destination": {
        "S3BucketDestination": {"Format": "CSV", "Bucket": f"arn:aws:s3:::{target}", "Prefix": "test"}}}}
    ids = ["config_with_storage_analysis_1", "config_with_storage_analysis_2"]

    def configuration(number, prefix):
        return {"Id": ids[number], "Filter": {"Prefix": prefix}, "StorageClassAnalysis": analysis}

    def put(id, configuration):
        return stage.s3.put_bucket_analytics_configuration(Bucket=bucket, Id=id, AnalyticsConfiguration=configuration)

    get = lambda id: stage.s3.get_bucket_analytics_configuration(Bucket=bucket, Id=id)
    listed = lambda: stage.s3.list_bucket_analytics_configurations(Bucket=bucket)
    answers = {
        "put_config_with_storage_analysis_err": stage.error(put, id="different-id", configuration=configuration(0, "test_ls")),
        "put_config_with_storage_analysis_1": put(ids[0], configuration(0, "test_ls")),
        "get_config_with_storage_analysis_err": stage.error(get, id="non-existent"),
        "get_config_with_storage_analysis_1": get(ids[0]),
    }
    put(ids[0], configuration(0, "test_ls_2"))
    answers["get_config_with_storage_analysis_2"] = get(ids[0])
    put(ids[1], configuration(1, "test_ls_3"))
    answers["get_config_with_storage_analysis_3"] = get(ids[1])
    answers["list_config_with_storage_analysis_1"] = listed()
    delete = stage.s3.delete_bucket_analytics_configuration
    answers["delete_config_with_storage_analysis_err"] = stage.error(delete, Bucket=bucket, Id="non-existent")
    delete(Bucket=bucket, Id=ids[1])
    answers["list_config_with_storage_analysis_2"] = listed()
    return answers


@situation
def s3_intelligent_tier_config(stage):
    bucket = stage.bucket()

    def put(id, name, prefix):
        configuration = {"Id": name, "Filter": {"Prefix": prefix}, "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
        return stage.s3.put_bucket_intelligent_tiering_configuration(Bucket=bucket, Id=id, IntelligentTieringConfiguration=configuration)

    listed = lambda: stage.s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
    delete = stage.s3.delete_bucket_intelligent_tiering_configuration
    answers = {
        "put_bucket_intelligent_tiering_configuration_1": put("test1", "test1", "test1"),
        "get_bucket_intelligent_tiering_configuration_1": stage.s3.get_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="test1"),
        "put_bucket_intelligent_tiering_configuration_err_1`": stage.error(put, id="incorrect_id", name="test1", prefix="test1"),
    }
    put("test2", "test2", "test2")
    answers["list_bucket_intelligent_tiering_configurations_1"] = listed()
    put("test1", "test1", "testupdate")
    answers["list_bucket_intelligent_tiering_configurations_2"] = listed()
    answers["delete_bucket_intelligent_tiering_configuration_err_1"] = stage.error(delete, Bucket=stage.name(), Id="test1")
    answers["delete_bucket_intelligent_tiering_configuration_err_2"] = stage.error(delete, Bucket=bucket, Id="test3")
    delete(Bucket=bucket, Id="test1")
    answers["list_bucket_intelligent_tiering_configurations_3"] = listed()
    return answers


@situation
def delete_metrics_configuration_twice(stage):
    about = {"Bucket": stage.bucket(), "Id": "metrics"}
    stage.s3.put_bucket_metrics_configuration(**about, MetricsConfiguration={"Id": "metrics"})
    return {
        "delete_bucket_metrics_configuration_1": stage.s3.delete_bucket_metrics_configuration(**about),
        "delete_bucket_metrics_configuration_2": stage.error(stage.s3.delete_bucket_metrics_configuration, **about),
    }


@situation
def bucket_acceleration_configuration_exc(stage):
    put = stage.client(parameter_validation=False).put_bucket_accelerate_configuration
    bucket, dotted = stage.bucket(), stage.bucket(Bucket=stage.name("dotted.bucket"))
    refused = lambda bucket, status: stage.error(put, Bucket=bucket, AccelerateConfiguration={"Status": status})
    return {
        "put-bucket-accelerate-config-lowercase": refused(bucket, "enabled"),
        "put-bucket-accelerate-config-random": refused(bucket, "random"),
        "put-bucket-accelerate-config-dot-bucket": refused(dotted, "Enabled"),
    }
