"""Recorded situations of IAM that differ, and why."""

STACKS = "later issue: CloudFormation"

REASONS = {
    "test_iam_user_access_key": STACKS,
    "test_inline_policy_with_fn_sub_json_string": STACKS,
    "test_managed_policy_with_empty_resource": STACKS,
    "test_managedpolicy_with_fn_sub_multiline_yaml": STACKS,
}
