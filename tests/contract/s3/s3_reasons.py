"""Why recorded situations of S3 differ here: by the name of the test, with or without its class and parameters, or by its class."""

LATER = {
    "KMS": ["test_s3_sse_validate_kms_key", "test_s3_sse_validate_kms_key_state"],
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
