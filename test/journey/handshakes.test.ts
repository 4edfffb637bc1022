import { generateKeyPairSync, sign } from 'node:crypto';
import type { CallSender } from '../../src/service/senders.ts';
import type { CallOptions } from '../helpers/api.ts';
import { CERTIFICATE, CERTIFICATE_URL, signSns, snsConfirmation, TOPIC } from '../helpers/senders/aws-sns.ts';
import t from '../helpers/tap.ts';
import { answerOf, hmac, json, now, plain, SECRET, startHandshaking, type Webhook } from './handshaking.ts';

/** What AWS's hosts are asked, which are not on this machine. */
const called: string[] = [];
let confirming = 200;
const callSender: CallSender = async ({ url, method }) => {
  called.push(`${method} ${url}`);
  return {
    status: 'response',
    statusCode: url === CERTIFICATE_URL ? 200 : confirming,
    headers: [],
    body: Buffer.from(url === CERTIFICATE_URL ? CERTIFICATE : '<ConfirmSubscriptionResponse/>'),
    truncated: false,
    bodyIncomplete: false,
    durationMs: 1,
  };
};

const { api, logs, make, logged, refusedAsStranger } = await startHandshaking(t, callSender);

const slackRequest = (body: string, secret = SECRET): CallOptions => {
  const at = now();
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${hmac(`v0:${at}:${body}`, 'hex', secret)}`,
    },
  };
};

t.test('slack', async (t) => {
  const webhook: Webhook = { authType: 'provider', provider: 'slack', secret: SECRET };
  const body =
    '{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV","type":"url_verification"}';
  await refusedAsStranger(await make(webhook), slackRequest(body, 'another-secret'));
  const id = await make(webhook);
  t.same(answerOf(await api.send(id, slackRequest(body))), plain('3eZbrw1aBm2rZgRNFdxV'));
  await logged(id, 'slack', 200);
  const crafted = '{"type":"url_verification","challenge":"a\\r\\nb"}';
  t.match(await api.send(id, slackRequest(crafted)), { status: 403, body: { code: 'handshake_refused' } });
  await logged(id, 'slack', 403, 'malformed_challenge');
  const off = await make({ ...webhook, handshake: 'none' });
  t.match(
    await api.send(off, slackRequest(body)),
    { status: 200, body: { success: true } },
    'only where it is on',
  );
});

t.test('zoom', async (t) => {
  const webhook: Webhook = { authType: 'provider', provider: 'zoom', secret: SECRET };
  const body =
    '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}';
  const request = (secret: string): CallOptions => {
    const at = now();
    const signature = `v0=${hmac(`v0:${at}:${body}`, 'hex', secret)}`;
    return { body, headers: { 'x-zm-request-timestamp': at, 'x-zm-signature': signature } };
  };
  await refusedAsStranger(await make(webhook), request('another-secret'));
  const id = await make(webhook);
  const plainToken = 'qgg8vlvZRS6UYooatFL8Aw';
  t.same(
    answerOf(await api.send(id, request(SECRET))),
    json({ plainToken, encryptedToken: hmac(plainToken) }),
  );
  await logged(id, 'zoom', 200);
});

const twitchRequest = (type: string, body: string): CallOptions => {
  const [id, at] = ['e76c6bd4-55c9-4987-8304-da1588d8988b', new Date().toISOString()];
  return {
    body,
    headers: {
      'twitch-eventsub-message-id': id,
      'twitch-eventsub-message-timestamp': at,
      'twitch-eventsub-message-type': type,
      'twitch-eventsub-message-signature': `sha256=${hmac(id + at + body)}`,
    },
  };
};

t.test('twitch', async (t) => {
  const id = await make({ authType: 'provider', provider: 'twitch', secret: SECRET });
  const verification = twitchRequest(
    'webhook_callback_verification',
    '{"challenge":"pogchamp-kappa-360noscope","subscription":{}}',
  );
  t.same(answerOf(await api.send(id, verification)), plain('pogchamp-kappa-360noscope'));
  await logged(id, 'twitch', 200);
  const revoked = await api.send(
    id,
    twitchRequest('revocation', '{"subscription":{"status":"user_removed"}}'),
  );
  t.match(revoked, { status: 204, body: '' });
  await logged(id, 'twitch_revocation', 204);
  const unsigned = {
    ...verification,
    headers: { ...verification.headers, 'twitch-eventsub-message-signature': `sha256=${'0'.repeat(64)}` },
  };
  await refusedAsStranger(await make({ authType: 'provider', provider: 'twitch', secret: SECRET }), unsigned);
});

t.test('amazon sns', async (t) => {
  const id = await make({ authType: 'provider', provider: 'aws_sns', secret: TOPIC });
  const message = snsConfirmation(Date.now());
  const confirmation = (changes = {}) =>
    api.send(id, {
      body: signSns({ ...message, ...changes }),
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
    });
  t.same(answerOf(await confirmation()), plain(''));
  t.same(called, [`GET ${CERTIFICATE_URL}`, `GET ${message.SubscribeURL}`]);
  await logged(id, 'aws_sns', 200);
  const elsewhere = await confirmation({
    SubscribeURL: 'https://sns.us-west-2.amazonaws.com.evil.example/?Action=ConfirmSubscription',
  });
  t.match(elsewhere, { status: 403 });
  await logged(id, 'aws_sns', 403, 'foreign_confirmation_url');
  t.equal(called.length, 2, 'nobody else is called');
  confirming = 500;
  const failed = await confirmation();
  t.match(failed, { status: 503, headers: { 'retry-after': '30' }, body: { code: 'sender_unreachable' } });
  await logged(id, 'aws_sns', 503, 'confirmation_failed');
  confirming = 200;
  t.same(answerOf(await confirmation({ Type: 'UnsubscribeConfirmation' })), plain(''));
  await logged(id, 'aws_sns_unsubscribed', 200);
  t.equal(called.length, 3, 'which does not subscribe again');
  const foreign = { TopicArn: 'arn:aws:sns:us-west-2:999999999999:Theirs' };
  t.match(await confirmation(foreign), { status: 401 }, 'a topic of somebody else');
  t.equal(called.length, 3);
  t.notOk(JSON.stringify(logs).includes(String(message.Token)));
});

t.test('discord', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const secret = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const webhook: Webhook = { authType: 'provider', provider: 'discord', secret };
  const request = (body: string): CallOptions => {
    const at = now();
    const signature = sign(null, Buffer.from(at + body), privateKey).toString('hex');
    return { body, headers: { 'x-signature-timestamp': at, 'x-signature-ed25519': signature } };
  };
  const tampered = { ...request('{"type":1}'), body: '{"type": 1}' };
  await refusedAsStranger(await make(webhook), tampered);
  const id = await make(webhook);
  t.same(answerOf(await api.send(id, request('{"type":1,"id":"1","version":1}'))), json({ type: 1 }));
  await logged(id, 'discord', 200);
  t.match(await api.send(id, request('{"version":1,"application_id":"1","type":0}')), {
    status: 204,
    body: '',
  });
  const event = request('{"version":1,"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}');
  t.match(await api.send(id, event), { status: 204, body: '' });
  t.equal((await api.executions({ workflowId: id })).length, 1, 'an event is no ping');
});
