"""Virtual MFA devices: seeds, codes on the world's clock, and sessions that were made with them."""

import base64
import hashlib
import hmac
import struct
import time
import zlib

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.stratolite


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]


def code(seed, moment):
    """RFC 6238."""
    mac = hmac.new(base64.b32decode(seed), struct.pack(">Q", int(moment) // 30), hashlib.sha1).digest()
    place = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[place:place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def alice(iam):
    iam.create_user(UserName="alice")
    return "alice"


def enable(iam, user, device, moment=None):
    moment = moment or time.time()
    seed = device["Base32StringSeed"]
    iam.enable_mfa_device(UserName=user, SerialNumber=device["SerialNumber"], AuthenticationCode1=code(seed, moment - 30), AuthenticationCode2=code(seed, moment))


def make(iam, name="phone", **more):
    return iam.create_virtual_mfa_device(VirtualMFADeviceName=name, **more)["VirtualMFADevice"]


def test_a_new_device_has_a_seed_and_a_picture_of_it(iam, account):
    device = make(iam, Path="/phones/", Tags=[{"Key": "of", "Value": "alice"}])
    assert device["SerialNumber"] == f"arn:aws:iam::{account}:mfa/phones/phone"
    assert len(base64.b32decode(device["Base32StringSeed"])) == 40
    png = device["QRCodePNG"]
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth = struct.unpack(">IIB", png[16:25])
    place, data = 8, b""
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place:place + 8])
        body = png[place + 8:place + 8 + size]
        assert struct.unpack(">I", png[place + 8 + size:place + 12 + size])[0] == zlib.crc32(kind + body)
        data += body if kind == b"IDAT" else b""
        place += 12 + size
    assert width == height and depth == 1
    assert len(zlib.decompress(data)) == height * (1 + (width + 7) // 8)
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="phone")["Code"] == "EntityAlreadyExists"


def test_a_device_is_enabled_by_two_codes_in_a_row(iam, alice):
    device = make(iam)
    seed, now = device["Base32StringSeed"], time.time()
    error = refused(iam.enable_mfa_device, UserName=alice, SerialNumber=device["SerialNumber"], AuthenticationCode1=code(seed, now), AuthenticationCode2=code(seed, now))
    assert (error["Code"], error["Message"]) == ("InvalidAuthenticationCode", "Authentication code for device is not valid.")
    assert iam.list_mfa_devices(UserName=alice)["MFADevices"] == []
    enable(iam, alice, device)
    listed = iam.list_mfa_devices(UserName=alice)["MFADevices"]
    assert [(each["UserName"], each["SerialNumber"]) for each in listed] == [(alice, device["SerialNumber"])]
    assert refused(iam.enable_mfa_device, UserName=alice, SerialNumber=device["SerialNumber"], AuthenticationCode1="123456", AuthenticationCode2="123456")["Code"] == "EntityAlreadyExists"


def test_devices_are_listed_by_whether_somebody_has_them(iam, alice):
    used, free = make(iam, "used"), make(iam, "free")
    enable(iam, alice, used)
    serials = lambda **more: [each["SerialNumber"] for each in iam.list_virtual_mfa_devices(**more)["VirtualMFADevices"]]
    assert serials(AssignmentStatus="Assigned") == [used["SerialNumber"]]
    assert serials(AssignmentStatus="Unassigned") == [free["SerialNumber"]]
    assert sorted(serials()) == sorted([used["SerialNumber"], free["SerialNumber"]])
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"][0]["User"]["UserName"] == alice
    assert iam.get_mfa_device(SerialNumber=used["SerialNumber"], UserName=alice)["EnableDate"]
    pages = iam.get_paginator("list_virtual_mfa_devices").paginate(PaginationConfig={"PageSize": 1})
    assert len([each for page in pages for each in page["VirtualMFADevices"]]) == 2


def test_a_device_goes_after_it_was_deactivated(iam, alice):
    device = make(iam)
    enable(iam, alice, device)
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=device["SerialNumber"])["Code"] == "DeleteConflict"
    assert refused(iam.delete_user, UserName=alice)["Message"] == "Cannot delete entity, must delete MFA device first."
    iam.deactivate_mfa_device(UserName=alice, SerialNumber=device["SerialNumber"])
    iam.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])
    missing = refused(iam.delete_virtual_mfa_device, SerialNumber=device["SerialNumber"])
    assert missing["Message"] == f"VirtualMFADevice with serial number {device['SerialNumber']} doesn't exist."


def test_a_device_whose_clock_went_astray_is_synchronized(iam, alice):
    device = make(iam)
    enable(iam, alice, device)
    seed, astray = device["Base32StringSeed"], time.time() + 600
    arguments = {"UserName": alice, "SerialNumber": device["SerialNumber"]}
    iam.resync_mfa_device(**arguments, AuthenticationCode1=code(seed, astray), AuthenticationCode2=code(seed, astray + 30))
    assert refused(iam.resync_mfa_device, **arguments, AuthenticationCode1="000000", AuthenticationCode2="000000")["Code"] == "InvalidAuthenticationCode"


def test_sessions_with_mfa_need_a_code_that_the_device_shows_now(daemon, client, account):
    own = daemon()
    iam = client("iam", url=own.endpoint)
    iam.create_user(UserName="alice")
    device = make(iam)
    enable(iam, "alice", device)
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    sts = client("sts", key=key["AccessKeyId"], secret=key["SecretAccessKey"], url=own.endpoint)
    seed = device["Base32StringSeed"]
    error = refused(sts.get_session_token, SerialNumber=device["SerialNumber"], TokenCode="000000" if code(seed, time.time() + 30) != "000000" else "000001")
    assert (error["Code"], error["Message"]) == ("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
    error = refused(sts.get_session_token, SerialNumber=f"arn:aws:iam::{account}:mfa/other", TokenCode="123456")
    assert "Please verify your MFA serial number is valid and associated with this user" in error["Message"]
    # The code of the next half minute: those that enabled the device never pass again.
    next_code = code(seed, time.time() + 30)
    assert sts.get_session_token(SerialNumber=device["SerialNumber"], TokenCode=next_code)["Credentials"]["SessionToken"]
    assert refused(sts.get_session_token, SerialNumber=device["SerialNumber"], TokenCode=next_code)["Code"] == "AccessDenied"
