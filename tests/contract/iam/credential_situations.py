"""The recorded situations about service-specific credentials. See iam_recorded.py."""

from iam_recorded import situation

SERVICE = "codecommit.amazonaws.com"


def made(stage):
    """A user with a credential: the answers, and the credential's id."""
    user = stage.user()
    credential = stage.iam.create_service_specific_credential(UserName="alice", ServiceName=SERVICE)
    answers = {"create-user-response": user, "create-service-specific-credential-response": credential}
    return answers, credential["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]


def changes(stage, suffix, **chosen):
    return {
        f"delete-wrong-{suffix}": stage.error(stage.iam.delete_service_specific_credential, **chosen),
        f"reset-wrong-{suffix}": stage.error(stage.iam.reset_service_specific_credential, **chosen),
        f"update-wrong-{suffix}": stage.error(stage.iam.update_service_specific_credential, **chosen, Status="Inactive"),
    }


@situation
def create_service_specific_credential_invalid_service(stage):
    create = stage.iam.create_service_specific_credential
    return {
        "create-user-response": stage.user(),
        "invalid-service-exception": stage.error(create, UserName="alice", ServiceName="nonexistentservice.amazonaws.com"),
        "invalid-service-completely-malformed-exception": stage.error(create, UserName="alice", ServiceName="o3on3n3onosneo"),
        "invalid-service-existing-but-unsupported-exception": stage.error(create, UserName="alice", ServiceName="lambda.amazonaws.com"),
    }


@situation
def list_service_specific_credential_different_service(stage):
    answers, _ = made(stage)
    listing = stage.iam.list_service_specific_credentials
    return answers | {
        "list-service-specific-credentials-response-wrong-service": listing(UserName="alice", ServiceName="cassandra.amazonaws.com"),
        "list-service-specific-credentials-invalid-service": stage.error(listing, UserName="alice", ServiceName="nonexistentservice.amazonaws.com"),
    }


@situation
def id_match_user_mismatch(stage):
    answers, credential = made(stage)
    return answers | changes(stage, "user-name", UserName="wrong-user-name", ServiceSpecificCredentialId=credential)


@situation
def user_match_id_mismatch(stage):
    answers, _ = made(stage)
    return answers | changes(stage, "id", UserName="alice", ServiceSpecificCredentialId=stage.parameters[0])
