import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { signRequest } from '../../src/verify/sign.ts';
import { createVerifier, type Verdict } from '../../src/verify/verifier.ts';
import t from '../helpers/tap.ts';
import { accepted, NOW, refused, secret } from './requests.ts';

const SECRET = 'sécret';
const URL_AS_SENT = 'https://hooks.example.com/api/webhooks/1?a=%C3%A9';
const description = {
  header: 'X-Signature',
  encoding: 'base64url',
  payload: '{method}{url}{header:X-Name}{timestamp}{body}',
  timestampHeader: 'X-Time',
} as const;
const { verify } = createVerifier({ type: 'hmac', description, secrets: [secret(SECRET)] });

const server = createServer(async (incoming, answer) => {
  const { headers, method = '' } = incoming;
  const rawBody = await buffer(incoming);
  answer.end(JSON.stringify(verify({ method, url: URL_AS_SENT, headers, rawBody, nowMs: NOW })));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
t.teardown(() => server.close());

async function post(headers: Record<string, string | string[]>, body: Buffer): Promise<Verdict> {
  const { port } = server.address() as AddressInfo;
  const outgoing = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers, agent: false });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return JSON.parse((await buffer(answer)).toString());
}

t.test('a signed request verifies from the headers and the bytes that node delivers', async (t) => {
  const rawBody = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0xe9]);
  const name = Buffer.from('zoë').toString('latin1');
  const signed = signRequest({
    auth: { type: 'hmac', description, secret: SECRET },
    method: 'POST',
    url: URL_AS_SENT,
    headers: { 'x-name': name },
    rawBody,
    nowMs: NOW,
  });
  if (!signed.signed) throw new Error(signed.reason);
  const headers = { 'X-NAME': name, ...signed.headers };
  t.same(await post(headers, rawBody), accepted(SECRET));
  t.same(await post(headers, rawBody.subarray(1)), refused('signature_mismatch'));
  t.same(await post({ ...headers, 'X-NAME': 'zoe' }, rawBody), refused('signature_mismatch'));

  const signature = signed.headers['x-signature'] ?? '';
  const twice = { ...headers, 'x-signature': [signature, signature] };
  t.same(await post(twice, rawBody), refused('malformed_signature'), 'node joins what came twice');
});
