"""The recorded situations about users and their policies. See iam_recorded.py."""

from iam_recorded import document, situation


@situation
def put_user_policy_encoding(stage):
    stage.user()
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["apigatway:PUT"],
        "Resource": ["arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Faaeeieije"]}]}
    stage.iam.put_user_policy(UserName="alice", PolicyName="encoded", PolicyDocument=document(policy))
    return {"get-policy-response": stage.iam.get_user_policy(UserName="alice", PolicyName="encoded")}
