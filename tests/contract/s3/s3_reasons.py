"""Why recorded situations of S3 differ here: by the name of the test, with or without its class and parameters, or by its class."""

LATER = {
    "website hosting": ["TestS3StaticWebsiteHosting", "test_crud_website_configuration", "test_validate_website_configuration", "test_bucket_operation_between_regions"],
    "CORS": ["TestS3Cors", "test_bucket_exists"],
    "ACLs": ["test_s3_bucket_acl", "test_s3_multipart_upload_acls", "test_put_object_acl_on_delete_marker", "test_object_put_acl", "test_s3_batch_delete_public_objects_using_requests"],
    "lifecycle rules": ["TestS3BucketLifecycle", "test_bucket_availability"],
    "inventory, analytics and metrics": ["test_s3_analytics_configurations", "test_s3_intelligent_tier_config", "test_delete_metrics_configuration_twice"],
    "requester pays": ["test_s3_request_payer"],
    "transfer acceleration": ["TestS3BucketAccelerateConfiguration"],
    "POST of forms": ["TestS3PresignedPost"],
    "KMS": ["test_s3_multipart_upload_sse", "test_s3_sse_validate_kms_key", "test_s3_sse_validate_kms_key_state"],
    "Lambda": ["test_s3_lambda_integration", "TestS3NotificationsToLambda"],
}
DIFFERS = {
    "test_list_objects_v2_with_prefix": "recorded before S3 kept a checksum of every object, which newer recordings of the same listing show",
}


def reason_for(name):
    """The reason for a situation, or None. `name`: `Class::test_name[parameter]`."""
    case, _, test = name.rpartition("::")
    keys = [name, f"{case}::{test.partition('[')[0]}", test, test.partition("[")[0], case]
    for key in keys:
        if key in DIFFERS:
            return f"differs: {DIFFERS[key]}"
    for issue, names in LATER.items():
        if any(key in names for key in keys):
            return f"later issue: {issue}"
    return None
