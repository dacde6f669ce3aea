"""The recorded situations about connections and API destinations. See events_stage.py."""

from events_stage import situation

API_KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "ApiKey", "ApiKeyValue": "secret"}}
BASIC = {"BasicAuthParameters": {"Username": "user", "Password": "password"}}
OAUTH = {"OAuthParameters": {"ClientParameters": {"ClientID": "client_id", "ClientSecret": "client_secret"},
                             "AuthorizationEndpoint": "https://example.com/oauth", "HttpMethod": "POST"}}
TYPES = {"ApiKeyAuthParameters": "API_KEY", "BasicAuthParameters": "BASIC", "OAuthParameters": "OAUTH_CLIENT_CREDENTIALS"}


def connect(stage, auth):
    kind = next(kind for member, kind in TYPES.items() if member in auth)
    name = stage.name("connection")
    return name, stage.events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=auth)


@situation
def api_destinations(stage):
    auth = {"auth0": BASIC, "auth1": API_KEY, "auth2": OAUTH}[stage.parameter]
    connection = connect(stage, auth)[1]["ConnectionArn"]
    name = stage.name("destination")
    events = stage.events
    found = {"create-api-destination": events.create_api_destination(
        Name=name, ConnectionArn=connection, HttpMethod="POST", InvocationEndpoint="https://example.com/api", Description="Test API destination")}
    found["describe-api-destination"] = events.describe_api_destination(Name=name)
    found["list-api-destinations"] = events.list_api_destinations(NamePrefix=name)
    found["update-api-destination"] = events.update_api_destination(
        Name=name, InvocationEndpoint="https://example.com/api/v2", HttpMethod="PUT", Description="Updated API destination")
    found["describe-updated-api-destination"] = events.describe_api_destination(Name=name)
    found["delete-api-destination"] = events.delete_api_destination(Name=name)
    found["describe-api-destination-not-found-error"] = stage.error(events.describe_api_destination, Name=name)
    return found


@situation
def create_api_destination_invalid_parameters(stage):
    return {"create-api-destination-invalid-parameters-error": stage.error(
        stage.events.create_api_destination, Name=stage.name("destination"), ConnectionArn="invalid-connection-arn",
        InvocationEndpoint="https://example.com/api", HttpMethod="INVALID_METHOD")}


@situation
def create_api_destination_name_validation(stage):
    connection = connect(stage, API_KEY)[1]["ConnectionArn"]
    return {"create-api-destination-invalid-name-error": stage.error(
        stage.events.create_api_destination, Name="Invalid Name With Spaces!", ConnectionArn=connection,
        InvocationEndpoint="https://example.com/api", HttpMethod="POST")}


@situation
def create_connection(stage):
    name, created = connect(stage, API_KEY | {"InvocationHttpParameters": {}})
    return {"create-connection": created, "describe-connection": stage.events.describe_connection(Name=name)}


@situation
def create_connection_with_auth(stage):
    auth = {"auth_params0": BASIC, "auth_params1": API_KEY, "auth_params2": OAUTH}[stage.parameter]
    name, created = connect(stage, auth)
    return {"create-connection-auth": created, "describe-connection-auth": stage.events.describe_connection(Name=name)}


@situation
def create_connection_name_validation(stage):
    return {"create-connection-invalid-name-error": stage.error(
        stage.events.create_connection, Name="Invalid Name With Spaces!", AuthorizationType="API_KEY", AuthParameters=API_KEY)}


@situation
def list_connections(stage):
    name, _ = connect(stage, BASIC)
    return {"list-connections": stage.events.list_connections(NamePrefix=name)}


@situation
def create_connection_validations(stage):
    return {"create_connection_exc": stage.error(
        stage.events.create_connection, Name="This should fail with two errors 123467890123412341234123412341234", AuthorizationType="INVALID",
        AuthParameters=API_KEY)}
