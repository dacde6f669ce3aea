"""SelectObjectContent with boto3: what comes back, how it streams, and how it is refused."""

import bz2
import csv
import gzip
import io
import json

import pytest
from botocore.exceptions import ClientError, EventStreamError

PEOPLE = "name,age,city\nAda,36,London\nBob,17,\"New York, NY\"\nEva,50,Paris\n"


@pytest.fixture
def select(s3, bucket):
    """Puts a body and queries it: (records, events)."""

    def call(sql, body=None, key="object", csv_in=None, json_in=None, csv_out=None, json_out=None, compression="NONE", **more):
        if body is not None:
            s3.put_object(Bucket=bucket, Key=key, Body=body)
        source = {"CompressionType": compression} | ({"JSON": json_in} if json_in else {"CSV": csv_in or {}})
        answer = {"JSON": json_out} if json_out is not None else {"CSV": csv_out or {}}
        stream = s3.select_object_content(Bucket=bucket, Key=key, Expression=sql, ExpressionType="SQL", InputSerialization=source,
                                          OutputSerialization=answer, **more)
        events = list(stream["Payload"])
        return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode(), events

    return call


def test_rows_of_csv_are_filtered(select):
    records, events = select("SELECT s.name, s.city FROM S3Object s WHERE CAST(s.age AS INT) > 20", PEOPLE, csv_in={"FileHeaderInfo": "USE"})
    assert records == "Ada,London\nEva,Paris\n"
    assert [next(iter(event)) for event in events] == ["Records", "Stats", "End"]
    assert events[1]["Stats"]["Details"] == {"BytesScanned": len(PEOPLE), "BytesProcessed": len(PEOPLE), "BytesReturned": len(records)}


def test_delimiters_that_are_blanks_and_line_breaks_arrive(select):
    body = "a\tb\r\nc\td\r\n"
    records, _ = select("SELECT s._2, s._1 FROM S3Object s", body, csv_in={"FieldDelimiter": "\t", "RecordDelimiter": "\r\n"},
                        csv_out={"FieldDelimiter": " ", "RecordDelimiter": "\n", "QuoteFields": "ALWAYS", "QuoteCharacter": "'"})
    assert records == "'b' 'a'\n'd' 'c'\n"


def test_json_lines_and_documents(select):
    lines = "\n".join(json.dumps(each) for each in [{"id": 1, "at": {"city": "Oslo"}}, {"id": 2.50, "tags": ["x", "y"]}])
    assert select("SELECT s.id, s.at.city, s.tags[1] AS tag FROM S3Object s", lines, json_in={"Type": "LINES"}, json_out={})[0] == (
        '{"id":1,"city":"Oslo"}\n{"id":2.5,"tag":"y"}\n')
    document = json.dumps({"rules": [{"id": "a"}, {"n": 1}, {"id": "b"}]}, indent=2)
    assert select("SELECT id FROM S3Object[*].rules[*].id", document, json_in={"Type": "DOCUMENT"}, json_out={"RecordDelimiter": ";"})[0] == '{"id":"a"};{};{"id":"b"};'


@pytest.mark.parametrize("compression, pack", [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_compressed_objects(select, compression, pack):
    # Two streams one after the other are one object, as the tools write them.
    body = pack(PEOPLE.encode()) + pack(b"Zoe,5,Rome\n")
    records, events = select("SELECT COUNT(*) FROM S3Object s", body, csv_in={"FileHeaderInfo": "IGNORE"}, compression=compression)
    assert records == "4\n"
    details = next(event["Stats"] for event in events if "Stats" in event)["Details"]
    assert (details["BytesScanned"], details["BytesProcessed"]) == (len(body), len(PEOPLE) + 11)


@pytest.mark.parametrize("compression, pack", [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_what_is_not_compressed_or_cut_short_is_refused(select, compression, pack):
    with pytest.raises(ClientError) as refused:
        select("SELECT * FROM S3Object", PEOPLE, compression=compression)
    assert refused.value.response["Error"]["Code"] == "InvalidCompressionFormat"
    with pytest.raises(ClientError) as refused:
        select("SELECT * FROM S3Object", pack(PEOPLE.encode())[:-6], compression=compression)
    assert refused.value.response["Error"]["Code"] == "TruncatedInput"


def test_a_large_object_streams_with_progress_in_events_of_a_mebibyte(select):
    rows = 40_000
    body = "".join(f"{n},{n * 7 % 1000},{'padding' * 35}\n" for n in range(rows))
    records, events = select("SELECT * FROM S3Object s WHERE CAST(s._2 AS INT) < 500", body, RequestProgress={"Enabled": True})
    found = list(csv.reader(io.StringIO(records)))
    assert [row[:2] for row in found] == [[str(n), str(n * 7 % 1000)] for n in range(rows) if n * 7 % 1000 < 500]
    kinds = [next(iter(event)) for event in events]
    assert kinds.count("Records") > 4 and kinds[-3:] == ["Progress", "Stats", "End"]
    assert max(len(event["Records"]["Payload"]) for event in events if "Records" in event) <= 1 << 20
    records, events = select("SELECT s._1 FROM S3Object s WHERE s._1 = 'none'", RequestProgress={"Enabled": True})
    assert records == "" and [next(iter(event)) for event in events].count("Progress") >= 2


def test_an_error_in_the_middle_ends_the_stream(select):
    body = f"1,{'padding' * 100}\n" * 6000 + "x\n"
    with pytest.raises(EventStreamError) as broken:
        select("SELECT CAST(s._1 AS INT) FROM S3Object s", body)
    assert broken.value.response["Error"]["Code"] == "CastFailed"


@pytest.mark.parametrize("sql, code", [
    ("SELECT", "ParseEmptySelect"),
    ("SELECT * FROM S3Object s ORDER BY 1", "ParseUnexpectedToken"),
    ("SELECT * FROM elsewhere", "InvalidTableAlias"),
    ("SELECT CAST(s._1 AS INT) FROM S3Object s", "CastFailed"),
    ("SELECT s.nobody FROM S3Object s", "MissingHeaders"),
    ("SELECT NOW() FROM S3Object s", "UnsupportedFunction"),
])
def test_what_is_wrong_from_the_beginning_is_the_answer(select, sql, code):
    with pytest.raises(ClientError) as refused:
        select(sql, PEOPLE)
    assert (refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)


def test_serializations_that_make_no_sense_are_refused(s3, bucket, refused):
    s3.put_object(Bucket=bucket, Key="o", Body=PEOPLE)

    def code(**more):
        parameters = {"Expression": "SELECT * FROM S3Object", "ExpressionType": "SQL", "InputSerialization": {"CSV": {}}, "OutputSerialization": {"CSV": {}}}
        return refused(s3.select_object_content, Bucket=bucket, Key="o", **(parameters | more))[:2]

    assert code(InputSerialization={}) == ("InvalidDataSource", 400)
    assert code(InputSerialization={"CSV": {}, "JSON": {"Type": "LINES"}}) == ("ObjectSerializationConflict", 400)
    assert code(InputSerialization={"CSV": {"FileHeaderInfo": "SOME"}}) == ("InvalidFileHeaderInfo", 400)
    assert code(InputSerialization={"JSON": {"Type": "TREE"}}) == ("InvalidJsonType", 400)
    assert code(InputSerialization={"CSV": {}, "CompressionType": "ZSTD"}) == ("InvalidCompressionFormat", 400)
    assert code(InputSerialization={"Parquet": {}}) == ("NotImplemented", 501)
    assert code(OutputSerialization={"CSV": {"QuoteFields": "NEVER"}}) == ("InvalidQuoteFields", 400)
    assert code(ExpressionType="QUEL") == ("InvalidExpressionType", 400)
    assert code(ScanRange={"Start": 10, "End": 5}) == ("InvalidScanRange", 400)
    assert code(InputSerialization={"CSV": {}, "CompressionType": "GZIP"}, ScanRange={"Start": 1}) == ("UnsupportedScanRangeInput", 400)
    assert refused(s3.select_object_content, Bucket=bucket, Key="none", Expression="SELECT * FROM S3Object", ExpressionType="SQL",
                   InputSerialization={"CSV": {}}, OutputSerialization={"CSV": {}})[:2] == ("NoSuchKey", 404)


def test_scan_ranges_of_any_cut_give_every_record_once(select):
    body = "".join(f"{n}\n" for n in range(500))
    select("SELECT COUNT(*) FROM S3Object", body)
    for cut in (1, 2, 100, 777, len(body) - 1):
        first, _ = select("SELECT * FROM S3Object", ScanRange={"Start": 0, "End": cut - 1})
        rest, _ = select("SELECT * FROM S3Object", ScanRange={"Start": cut})
        assert first + rest == body, cut
    assert select("SELECT * FROM S3Object", ScanRange={"End": 8})[0] == "498\n499\n"


def test_objects_of_many_parts_and_under_a_customers_key(s3, bucket, select):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    bodies = [(b"a,1," + b"-" * 251 + b"\n") * (5 << 12) + b"spl", b"it,2\n"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=n, Body=body)["ETag"]}
             for n, body in enumerate(bodies, 1)]
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    assert select("SELECT * FROM S3Object s WHERE s._2 = '2'", key="parts")[0] == "split,2\n"

    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    s3.put_object(Bucket=bucket, Key="secret", Body=PEOPLE, **key)
    assert select("SELECT COUNT(*) FROM S3Object", key="secret", **key)[0] == "4\n"
    with pytest.raises(ClientError):
        select("SELECT COUNT(*) FROM S3Object", key="secret")


def test_torrents_and_object_lambda_are_refused(s3, bucket, refused):
    s3.put_object(Bucket=bucket, Key="o", Body=b"x")
    assert refused(s3.get_object_torrent, Bucket=bucket, Key="o")[:2] == ("NotImplemented", 501)
