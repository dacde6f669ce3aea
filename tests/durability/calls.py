"""SQS and S3 as requests: JSON 1.0 and plain REST, unsigned for the default world, signed with a world's key for the others."""

import base64
import hashlib
import json
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote

import rig

_JSON = ("Content-Type", "application/x-amz-json-1.0")
_XMLNS = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class Unexpected(Exception):
    """An answer that none of these requests may get."""


def queue_url(name):
    return f"http://localhost/000000000000/{name}"


class Calls:
    """One connection. `key`: (access key id, secret) of a world, None for the default one."""

    def __init__(self, port, key=None):
        self.connection = rig.Connection(port)
        self.port, self.key = port, key

    def close(self):
        self.connection.close()

    def sqs(self, operation, **arguments):
        headers = [_JSON, ("X-Amz-Target", "AmazonSQS." + operation)]
        if self.key:
            headers += rig.sign("POST", "/", [], self.port, *self.key, service="sqs")
        status, _, body = self.connection.request("POST", "/", headers, json.dumps(arguments).encode())
        answer = json.loads(body) if body else {}
        if status != 200 or answer.get("Failed"):
            raise Unexpected(f"{operation} {status}: {body[:500]}")
        return answer

    def s3(self, method, bucket, key="", query=(), headers=(), body=b"", may=(200, 204)):
        """`query`: (name, value) pairs, not encoded. Returns (status, headers, body)."""
        path = f"/{bucket}/{quote(key)}" if key else f"/{bucket}"
        query = [(quote(name, safe=""), quote(value, safe="")) for name, value in query]
        headers = list(headers)
        if self.key:
            headers += rig.sign(method, path, query, self.port, *self.key)
        target = path + ("?" + "&".join(f"{name}={value}" if value else name for name, value in query) if query else "")
        status, answered, content = self.connection.request(method, target, headers, body)
        if status not in may:
            raise Unexpected(f"{method} {target} {status}: {content[:500]}")
        return status, answered, content

    def admin(self, method, page, body=None, may=(200, 201)):
        status, _, answer = self.connection.request(method, "/_stratolite/" + page, body=b"" if body is None else json.dumps(body).encode())
        if status not in may:
            raise Unexpected(f"{method} {page} {status}: {answer[:500]}")
        return json.loads(answer)

    def s3_xml(self, bucket, query):
        return ElementTree.fromstring(self.s3("GET", bucket, query=query)[2])

    # What there is.

    def list_queues(self):
        return {url.rsplit("/", 1)[1] for url in self.sqs("ListQueues").get("QueueUrls", [])}

    def list_buckets(self):
        # A GET of / that is not signed is nobody's.
        signed = Calls(self.port, self.key or ("test", "test"))
        try:
            return {entry.findtext(_XMLNS + "Name") for entry in ElementTree.fromstring(signed.s3("GET", "")[2]).iter(_XMLNS + "Bucket")}
        finally:
            signed.close()

    def messages(self, queue, world=None):
        page = f"sqs/messages?QueueUrl={quote(queue_url(queue), safe='')}&ShowInvisible=true&ShowDelayed=true"
        return self.admin("GET", page + (f"&world={world}" if world else ""))["Messages"]

    def list_objects(self, bucket, page=1000):
        """{key: (etag, size)}"""
        found, token = {}, None
        while True:
            query = [("list-type", "2"), ("max-keys", str(page))] + ([("continuation-token", token)] if token else [])
            answer = self.s3_xml(bucket, query)
            for entry in answer.iter(_XMLNS + "Contents"):
                found[entry.findtext(_XMLNS + "Key")] = (entry.findtext(_XMLNS + "ETag").strip('"'), int(entry.findtext(_XMLNS + "Size")))
            token = answer.findtext(_XMLNS + "NextContinuationToken")
            if not token:
                return found

    def list_versions(self, bucket):
        """{key: ([(version id, etag)], [id of a marker], id of the latest)}, each newest first: a page shows markers after versions."""
        found, markers = {}, []
        while True:
            answer = self.s3_xml(bucket, [("versions", ""), *markers])
            for entry in answer:
                if entry.tag not in (_XMLNS + "Version", _XMLNS + "DeleteMarker"):
                    continue
                key, version, etag = (entry.findtext(_XMLNS + name) for name in ("Key", "VersionId", "ETag"))
                versions, deletions, latest = found.get(key, ([], [], None))
                if etag:
                    versions.append((version, etag.strip('"')))
                else:
                    deletions.append(version)
                if entry.findtext(_XMLNS + "IsLatest") == "true":
                    if latest is not None:
                        raise Unexpected(f"two versions of {key} are the latest: {latest} and {version}")
                    latest = version
                found[key] = (versions, deletions, latest)
            if answer.findtext(_XMLNS + "IsTruncated") != "true":
                return found
            markers = [("key-marker", answer.findtext(_XMLNS + "NextKeyMarker")), ("version-id-marker", answer.findtext(_XMLNS + "NextVersionIdMarker"))]

    def list_uploads(self, bucket):
        """{upload id: key}"""
        answer = self.s3_xml(bucket, [("uploads", "")])
        assert answer.findtext(_XMLNS + "IsTruncated") == "false", "a torture run has fewer uploads"
        return {entry.findtext(_XMLNS + "UploadId"): entry.findtext(_XMLNS + "Key") for entry in answer.iter(_XMLNS + "Upload")}

    def list_parts(self, bucket, key, upload_id):
        """{number: (etag, size)}"""
        answer = ElementTree.fromstring(self.s3("GET", bucket, key, [("uploadId", upload_id)])[2])
        return {int(entry.findtext(_XMLNS + "PartNumber")): (entry.findtext(_XMLNS + "ETag").strip('"'), int(entry.findtext(_XMLNS + "Size")))
                for entry in answer.iter(_XMLNS + "Part")}

    # What is done to it.

    def delete_objects(self, bucket, keys):
        body = ("<Delete>" + "".join(f"<Object><Key>{key}</Key></Object>" for key in keys) + "</Delete>").encode()
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        _, _, answer = self.s3("POST", bucket, query=[("delete", "")], headers=[("Content-MD5", digest)], body=body)
        if b"<Error>" in answer:
            raise Unexpected(answer[:500])

    def create_upload(self, bucket, key, headers):
        answer = ElementTree.fromstring(self.s3("POST", bucket, key, [("uploads", "")], headers)[2])
        return answer.findtext(_XMLNS + "UploadId")

    def complete_upload(self, bucket, key, upload_id, parts):
        """`parts`: [(number, etag)]. Returns (etag, version id or None)."""
        body = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>" for number, etag in parts)
        status, headers, answer = self.s3("POST", bucket, key, [("uploadId", upload_id)],
                                          body=f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>".encode())
        root = ElementTree.fromstring(answer)
        if root.tag != _XMLNS + "CompleteMultipartUploadResult":
            raise Unexpected(f"CompleteMultipartUpload {status}: {answer[:500]}")
        return root.findtext(_XMLNS + "ETag").strip('"'), headers.get("x-amz-version-id")
