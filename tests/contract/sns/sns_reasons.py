"""Recorded situations of SNS that differ, and why."""

FUNCTIONS = "later issue: Lambda"

REASONS = {
    "TestSNSPublishDelivery::test_delivery_lambda": FUNCTIONS,
    "TestSNSSubscriptionLambda::test_publish_lambda_verify_signature[1]": FUNCTIONS,
    "TestSNSSubscriptionLambda::test_publish_lambda_verify_signature[2]": FUNCTIONS,
    "TestSNSSubscriptionLambda::test_python_lambda_subscribe_sns_topic": FUNCTIONS,
    "TestSNSSubscriptionLambda::test_sns_topic_as_lambda_dead_letter_queue": FUNCTIONS,
}
