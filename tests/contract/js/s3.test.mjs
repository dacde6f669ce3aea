import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateBucketCommand, CreateMultipartUploadCommand, DeleteObjectsCommand, GetObjectAttributesCommand,
  GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
  UploadPartCommand, paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { configuration, rejection } from "./clients.mjs";

const MIB = 1024 * 1024;
const s3 = new S3Client({ ...configuration, forcePathStyle: true });
const Bucket = `js-${process.env.ACCOUNT}`;
const body = async (Key) => Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body.transformToByteArray());
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

before(() => s3.send(new CreateBucketCommand({ Bucket })));
after(() => s3.destroy());

test("an object comes back with its metadata", async () => {
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: "dir/ключ +&", Body: "text", ContentType: "text/plain", Metadata: { colour: "blue" } }));
  assert.equal(put.ServerSideEncryption, "AES256");
  assert.equal(put.ChecksumType, "FULL_OBJECT");
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "dir/ключ +&" }));
  assert.equal(await got.Body.transformToString(), "text");
  assert.equal(got.ContentType, "text/plain");
  assert.equal(got.Metadata.colour, "blue");
  assert.equal(got.ETag, put.ETag);
  assert.ok(got.LastModified instanceof Date);
  const range = await s3.send(new GetObjectCommand({ Bucket, Key: "dir/ключ +&", Range: "bytes=1-2" }));
  assert.equal(await range.Body.transformToString(), "ex");
  assert.equal(range.ContentRange, "bytes 1-2/4");
});

test("a body whose size is known is uploaded in parts", async () => {
  const bytes = randomBytes(12 * MIB);
  const done = await new Upload({ client: s3, params: { Bucket, Key: "large", Body: bytes } }).done();
  assert.match(done.ETag, /-3"$/);
  assert.equal(digest(await body("large")), digest(bytes));
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "large" }));
  assert.equal(head.ContentLength, bytes.length);
});

test("a stream of unknown length is uploaded as it comes", async () => {
  const chunks = Array.from({ length: 11 }, () => randomBytes(MIB + 17));
  const upload = new Upload({ client: s3, params: { Bucket, Key: "streamed", Body: Readable.from(chunks), Tagging: "a=1" }, tags: [{ Key: "b", Value: "2" }] });
  let seen = 0;
  upload.on("httpUploadProgress", ({ loaded }) => { seen = loaded; });
  await upload.done();
  assert.equal(seen, chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  assert.equal(digest(await body("streamed")), digest(Buffer.concat(chunks)));
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "streamed" }));
  assert.deepEqual(TagSet, [{ Key: "b", Value: "2" }]);
});

test("a small body is one put for the uploader too", async () => {
  await new Upload({ client: s3, params: { Bucket, Key: "small", Body: "few" } }).done();
  assert.equal((await body("small")).toString(), "few");
});

test("an upload that is aborted leaves neither object nor parts", async () => {
  const upload = new Upload({ client: s3, params: { Bucket, Key: "aborted", Body: Readable.from(async function* () {
    yield randomBytes(6 * MIB);
    upload.abort();
    yield randomBytes(6 * MIB);
  }()) } });
  assert.equal((await rejection(upload.done())).name, "AbortError");
  assert.equal((await rejection(s3.send(new HeadObjectCommand({ Bucket, Key: "aborted" })))).name, "NotFound");
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "aborted" }));
  assert.equal(Uploads.length, 0);
});

test("checksums of parts become the object's", async () => {
  const names = { Bucket, Key: "checked" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...names, ChecksumAlgorithm: "SHA256" }));
  const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand({ ...names, UploadId, PartNumber: 1, Body: "part", ChecksumAlgorithm: "SHA256" }));
  assert.equal(ChecksumSHA256, createHash("sha256").update("part").digest("base64"));
  const done = await s3.send(new CompleteMultipartUploadCommand({ ...names, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] } }));
  assert.equal(done.ChecksumType, "COMPOSITE");
  assert.match(done.ChecksumSHA256, /-1$/);
  const { ObjectParts } = await s3.send(new GetObjectAttributesCommand({ ...names, ObjectAttributes: ["ObjectParts"] }));
  assert.equal(ObjectParts.TotalPartsCount, 1);
  assert.equal(ObjectParts.Parts[0].ChecksumSHA256, ChecksumSHA256);
});

test("errors have AWS's names", async () => {
  assert.equal((await rejection(s3.send(new GetObjectCommand({ Bucket, Key: "absent" })))).name, "NoSuchKey");
  assert.equal((await rejection(s3.send(new ListObjectsV2Command({ Bucket: `${Bucket}-absent` })))).name, "NoSuchBucket");
  const wrong = await rejection(s3.send(new PutObjectCommand({ Bucket, Key: "wrong", Body: "text", ChecksumCRC32: "AAAAAA==" })));
  assert.equal(wrong.name, "BadDigest");
  assert.equal(wrong.$metadata.httpStatusCode, 400);
});

test("a bucket is a host, as the SDK has it by default", async () => {
  // Not every machine resolves *.localhost.
  const lookup = (host, options, done) => (options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4));
  const byHost = new S3Client({ ...configuration, requestHandler: { httpAgent: new Agent({ lookup }) } });
  const done = await new Upload({ client: byHost, params: { Bucket, Key: "by host", Body: randomBytes(6 * MIB) } }).done();
  assert.equal(done.Location, `${configuration.endpoint}/${Bucket}/by%20host`);
  assert.equal((await byHost.send(new HeadObjectCommand({ Bucket, Key: "by host" }))).ContentLength, 6 * MIB);
  byHost.destroy();
});

test("objects are copied, listed in pages and deleted together", async () => {
  const keys = ["page/a", "page/b", "page/c", "page/d", "page/e"];
  await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: "copied" }));
  for (const Key of keys) await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source` }));
  const listed = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, Prefix: "page/" })) {
    listed.push(...page.Contents.map(({ Key }) => Key));
  }
  assert.deepEqual(listed, keys);
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
  assert.equal(Deleted.length, keys.length);
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "page/" }))).KeyCount, 0);
});
