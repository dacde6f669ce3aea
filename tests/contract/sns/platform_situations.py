"""The recorded situations about platform applications, their endpoints, and text messages. See sns_recorded.py."""

import urllib.parse
import urllib.request

from sns_recorded import situation

CREDENTIALS = {"PlatformPrincipal": "dummy", "PlatformCredential": "dummy"}
GIVEN = {"no-args": {}, "missing-credential": {"PlatformPrincipal": "dummy"}, "missing-principal": {"PlatformCredential": "dummy"}, "dummy-args": {"Dummy": "value"}}
ENDPOINT_ATTRIBUTES = {"Data_Too_Long": {"CustomUserData": "x" * 2049}, "Invalid_Name_Credential": {"PlatformCredential": "x"},
                       "Invalid_Name_Generic": {"InvalidKey": "x"}, "Invalid_Name_Principal": {"PlatformPrincipal": "x"}, "Empty": {}}


def application(stage):
    return stage.sns.create_platform_application(Name="app", Platform="ADM", Attributes=CREDENTIALS)["PlatformApplicationArn"]


def endpoint(stage, app=None):
    return stage.sns.create_platform_endpoint(PlatformApplicationArn=app or application(stage), Token="token_1")["EndpointArn"]


@situation
def create_platform_application_invalid_attributes(stage):
    [which] = stage.parameters
    return {"platform-application-no-attributes": stage.error(stage.sns.create_platform_application, Name="app", Platform="APNS", Attributes=GIVEN[which])}


@situation
def get_platform_application_attributes(stage):
    return {"get-application-attributes": stage.sns.get_platform_application_attributes(PlatformApplicationArn=application(stage))}


@situation
def get_platform_application_attributes_invalid_arn(stage):
    return {"invalid-application-arn": stage.error(stage.sns.get_platform_application_attributes, PlatformApplicationArn="invalid")}


def no_application(stage):
    return f"arn:aws:sns:us-east-1:{stage.account}:app/APNS/none"


@situation
def get_platform_application_attributes_non_existing_app(stage):
    return {"non_existing-application-arn": stage.error(stage.sns.get_platform_application_attributes, PlatformApplicationArn=no_application(stage))}


@situation
def set_platform_application_attributes_invalid_arn(stage):
    return {"invalid-application-arn": stage.error(stage.sns.set_platform_application_attributes, PlatformApplicationArn="invalid", Attributes=CREDENTIALS)}


@situation
def set_platform_application_attributes_non_existing_app(stage):
    given = GIVEN[stage.parameters[0]] if stage.parameters else {}
    return {"non_existing-application-arn": stage.error(stage.sns.set_platform_application_attributes, PlatformApplicationArn=no_application(stage), Attributes=given)}


@situation
def create_platform_endpoint_custom_data(stage):
    made = stage.sns.create_platform_endpoint(PlatformApplicationArn=application(stage), Token="token_1", CustomUserData="foo", Attributes={"CustomUserData": "bar"})
    return {"create-endpoint-double-custom-data": stage.sns.get_endpoint_attributes(EndpointArn=made["EndpointArn"])}


@situation
def create_platform_endpoint_with_invalid_attributes(stage):
    given = ENDPOINT_ATTRIBUTES[stage.parameters[0]]
    return {"create-platform-endpoint-invalid-attr": stage.error(stage.sns.create_platform_endpoint, PlatformApplicationArn=application(stage), Token="t", Attributes=given)}


@situation
def delete_endpoints_of_deleted_app(stage):
    app = application(stage)
    endpoint(stage, app)
    return {"delete-application": stage.sns.delete_platform_application(PlatformApplicationArn=app),
            "list-endpoints-after-app-delete": stage.error(stage.sns.list_endpoints_by_platform_application, PlatformApplicationArn=app)}


@situation
def delete_platform_endpoint(stage):
    app = application(stage)
    arn = endpoint(stage, app)
    listed = lambda: stage.sns.list_endpoints_by_platform_application(PlatformApplicationArn=app)
    return {"list-endpoints-by-app-pre-delete": listed(), "delete-endpoint": stage.sns.delete_endpoint(EndpointArn=arn), "list-endpoints-by-app-post-delete": listed()}


@situation
def list_platform_endpoints(stage):
    app = application(stage)
    endpoint(stage, app)
    return {"list-endpoints-by-app": stage.sns.list_endpoints_by_platform_application(PlatformApplicationArn=app)}


def no_endpoint(stage):
    return f"arn:aws:sns:us-east-1:{stage.account}:endpoint/ADM/app/00000000-0000-0000-0000-000000000000"


@situation
def get_platform_endpoint_attributes_non_existent_endpoint(stage):
    return {"set-platform-endpoint-attributes-non-existent-app": stage.error(stage.sns.get_endpoint_attributes, EndpointArn=no_endpoint(stage))}


def attributes_refused(stage, arn, given):
    return stage.error(stage.sns.set_endpoint_attributes, EndpointArn=arn, Attributes=given)


@situation
def set_platform_endpoint_attributes_non_existent_endpoint(stage):
    return {"set-platform-endpoint-attributes-non-existent-app": attributes_refused(stage, no_endpoint(stage), {"Enabled": "false"})}


@situation
def set_platform_endpoint_attributes_invalid_arn(stage):
    return {"set-platform-endpoint-attributes-non-existent-app": attributes_refused(stage, f"arn:aws:sns:us-east-1:{stage.account}:endpoint", {"Enabled": "false"})}


@situation
def set_platform_endpoint_attributes_invalid_attributes(stage):
    return {"set-platform-endpoint-invalid-attributes": attributes_refused(stage, endpoint(stage), ENDPOINT_ATTRIBUTES[stage.parameters[0]])}


@situation
def set_platform_endpoint_attributes(stage):
    arn = endpoint(stage)
    return {"set-platform-endpoint-attributes": stage.sns.set_endpoint_attributes(EndpointArn=arn, Attributes={"Enabled": "false"}),
            "get-platform-endpoint-attributes": stage.sns.get_endpoint_attributes(EndpointArn=arn)}


@situation
def set_get_sms_attributes(stage):
    stage.sns.set_sms_attributes(attributes={"DefaultSMSType": "Promotional", "DefaultSenderID": "LSTest", "DeliveryStatusSuccessSamplingRate": "100"})
    return {"get-sms-some-attributes": stage.sns.get_sms_attributes(attributes=["DefaultSMSType", "DefaultSenderID"]),
            "get-sms-all-attributes": stage.sns.get_sms_attributes()}


@situation
def get_sms_attributes_from_unmodified_region(stage):
    stage.sns.set_sms_attributes(attributes={"DefaultSMSType": "Promotional"})
    return {"get-sms-attributes_unmodified_region": stage.client("sns", "us-west-2").get_sms_attributes()}


def opted_out(stage, number):
    """The holder answered STOP."""
    query = urllib.parse.urlencode({"number": number, "text": "STOP", "account": stage.account, "region": "us-east-1"})
    urllib.request.urlopen(f"{stage.endpoint}/_stratolite/sns/phone-reply?{query}").close()
    return number


@situation
def is_phone_number_opted_out(stage):
    return {"phone-number-opted-out": stage.sns.check_if_phone_number_is_opted_out(phoneNumber=opted_out(stage, "+14155550199"))}


@situation
def opt_in_phone_number(stage):
    return {"opt-in-phone-number": stage.sns.opt_in_phone_number(phoneNumber=opted_out(stage, "+14155550199"))}


@situation
def opt_in_non_existing_phone_number(stage):
    return {"opt-in-non-existing-number": stage.sns.opt_in_phone_number(phoneNumber="+14155550198")}
