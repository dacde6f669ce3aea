// The least of Signature Version 4 that a world's key needs: SQS, JSON 1.0, no session token.
import { createHash, createHmac } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** Calls an operation of SQS in `world`; rejects with the error's name. */
export async function call(world, operation, input) {
  const body = JSON.stringify(input);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${world.region}/sqs/aws4_request`;
  const headers = { host: new URL(world.endpoint).host, 'x-amz-date': time, 'x-amz-target': `AmazonSQS.${operation}` };
  const canonical = ['POST', '/', '', ...Object.entries(headers).map(([name, value]) => `${name}:${value}`), '', Object.keys(headers).join(';'), sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce(hmac, `AWS4${world.credentials.secretAccessKey}`);
  const authorization = `AWS4-HMAC-SHA256 Credential=${world.credentials.accessKeyId}/${scope}, SignedHeaders=${Object.keys(headers).join(';')}, `
    + `Signature=${hmac(key, toSign).toString('hex')}`;
  const { host, ...sent } = headers;
  const answer = await fetch(world.endpoint, { method: 'POST', body, headers: { ...sent, authorization, 'content-type': 'application/x-amz-json-1.0' } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}
