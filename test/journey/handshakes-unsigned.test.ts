import { createHash } from 'node:crypto';
import type { WebhookSettings } from '../../src/http/schemas/webhook-settings.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';
import { answerOf, hmac, json, plain, SECRET, startHandshaking, TOKEN } from './handshaking.ts';

const { api, logs, make, get, logged } = await startHandshaking(t);

t.test('meta', async (t) => {
  const id = await make({ authType: 'provider', provider: 'meta', secret: SECRET });
  const asked = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': TOKEN };
  t.match(
    await get(id, asked),
    { status: 403, body: { code: 'handshake_refused' } },
    'without a token of ours',
  );
  const settings = await api.changeWebhook(id, { verifyToken: TOKEN });
  t.equal(settings.verifyTokenSet, true);
  t.notOk(JSON.stringify(settings).includes(TOKEN));
  const answer = await eventually('it is answered', async () => {
    const found = await get(id, asked);
    return found.status === 200 && found;
  });
  t.same(answerOf(answer), plain('1158201444'));
  t.match(answer.headers, { 'x-content-type-options': 'nosniff' });
  const { query } = await logged(id, 'meta', 200);
  t.match(query, 'hub.verify_token=[redacted]');
  t.match(await get(id, { ...asked, 'hub.verify_token': 'a-wrong-verify-token' }), { status: 403 });
  await logged(id, 'meta', 403, 'verify_token_mismatch');
  t.match(await get(id), { status: 200, body: { message: 'Webhook endpoint active' } });
  t.equal((await api.call('HEAD', `/api/webhooks/${id}`, { query: asked })).status, 200);
  const written = JSON.stringify([logs, await api.logs({ workflowId: id })]);
  for (const token of [TOKEN, 'a-wrong-verify-token']) t.notOk(written.includes(token));
});

t.test('microsoft graph', async (t) => {
  const id = await make({ authType: 'none', handshake: 'microsoft_graph', verifyToken: TOKEN });
  const query = { validationToken: 'Validation: Testing client application <reachability> 42' };
  t.same(answerOf(await api.send(id, { query, body: '' })), plain(query.validationToken));
  await logged(id, 'microsoft_graph', 200);
  const notify = (clientState: string) => api.send(id, { json: { value: [{ clientState, resource: 'x' }] } });
  t.match(await notify('a-wrong-state'), { status: 401, body: { code: 'authentication_failed' } });
  t.match(await notify(TOKEN), { status: 200, body: { success: true } });
});

t.test('trello', async (t) => {
  const id = await make({ authType: 'provider', provider: 'trello', secret: SECRET });
  t.match(await api.call('HEAD', `/api/webhooks/${id}`), { status: 200, body: '' });
});

t.test('x', async (t) => {
  const hmacOfX = { header: 'x-twitter-webhooks-signature', encoding: 'base64', prefix: 'sha256=' } as const;
  const id = await make({ authType: 'hmac', hmac: hmacOfX, secret: SECRET, handshake: 'x_crc' });
  const answer = await get(id, { crc_token: 'challenge_string', nonce: '1' });
  t.same(answerOf(answer), json({ response_token: `sha256=${hmac('challenge_string', 'base64')}` }));
  await logged(id, 'x_crc', 200);
  t.match(
    await get(id, { crc_token: '{"for_user_id":"1"}' }),
    { status: 403 },
    'what could be a webhook is not signed',
  );
  await logged(id, 'x_crc', 403, 'malformed_challenge');
  const forged = { 'x-twitter-webhooks-signature': `sha256=${hmac('challenge_string', 'base64')}` };
  t.match(await api.send(id, { body: 'challenge_string', headers: forged }), { status: 401 });
});

t.test('dropbox', async (t) => {
  const id = await make({
    authType: 'hmac',
    hmac: { header: 'x-dropbox-signature' },
    secret: SECRET,
    handshake: 'dropbox',
  });
  const answer = await get(id, { challenge: '<script>alert(1)</script>' });
  t.same(answerOf(answer), plain('<script>alert(1)</script>'));
  t.match(answer.headers, {
    'x-content-type-options': 'nosniff',
    'content-security-policy': /default-src 'none'/,
  });
  await logged(id, 'dropbox', 200);
  t.match(await get(id, { challenge: 'x'.repeat(2_000) }), { status: 403 });
});

t.test('okta', async (t) => {
  const id = await make({ authType: 'api_key', secret: SECRET, handshake: 'okta' });
  const challenge = 'Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg';
  const answer = await get(id, {}, { 'x-okta-verification-challenge': challenge });
  t.same(answerOf(answer), json({ verification: challenge }));
  await logged(id, 'okta', 200);
});

t.test('asana', async (t) => {
  const hmacOfAsana = { header: 'x-hook-signature', prefix: '' };
  const id = await make({ authType: 'hmac', hmac: hmacOfAsana, handshake: 'asana' });
  const shown = await api.call<WebhookSettings>('GET', `/api/workflows/${id}/webhook`);
  t.match(shown.body, { missing: ['secret'], secrets: [], secret: undefined });
  const secretOf = (seed: string) => createHash('sha256').update(seed).digest('hex');
  const [ours, theirs] = [secretOf('ours'), secretOf('theirs')];
  const shake = (secret: string) => api.send(id, { body: '', headers: { 'x-hook-secret': secret } });
  const event = (secret: string) =>
    api.send(id, {
      body: '{"events":[]}',
      headers: { 'x-hook-signature': hmac('{"events":[]}', 'hex', secret) },
    });
  const [one, other] = await Promise.all([shake(ours), shake(theirs)]);
  t.same([one.status, other.status].sort(), [200, 403], 'of two at once one is first');
  const [first, second] = one.status === 200 ? [ours, theirs] : [theirs, ours];
  const winner = one.status === 200 ? one : other;
  t.match(winner, { headers: { 'x-hook-secret': first }, body: '' });
  const { headers } = await logged(id, 'asana', 200);
  t.match(
    headers.find(({ name }) => name === 'x-hook-secret'),
    { value: '[redacted]' },
  );
  t.equal((await shake(first)).status, 200, 'the same again');
  t.match(await shake(second), { status: 403, body: { code: 'handshake_refused' } });
  await logged(id, 'asana', 403, 'other_secret');
  t.equal((await event(first)).status, 200, 'what it signs is taken');
  t.equal((await event(second)).status, 401);
  await api.changeWebhook(id, { handshake: 'none' });
  await api.changeWebhook(id, { handshake: 'asana' });
  await eventually('it is learnt anew', async () => (await shake(second)).status === 200);
  t.equal((await event(first)).status, 401);
  const written = JSON.stringify([logs, await api.logs({ workflowId: id })]);
  for (const secret of [ours, theirs]) t.notOk(written.includes(secret));
});

t.test('xero', async (t) => {
  const hmacOfXero = { header: 'x-xero-signature', encoding: 'base64', prefix: '' } as const;
  const id = await make({ authType: 'hmac', hmac: hmacOfXero, secret: SECRET, handshake: 'xero' });
  const body = '{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}';
  const send = (text: string, signature = hmac(text, 'base64')) =>
    api.send(id, { body: text, headers: { 'x-xero-signature': signature } });
  const wrong = await send(body, hmac('something else', 'base64'));
  t.match(wrong, { status: 401, headers: { 'content-length': '0' }, body: '' });
  const right = await send(body);
  t.match(right, { status: 200, headers: { 'content-length': '0', 'set-cookie': undefined }, body: '' });
  await logged(id, 'xero', 200);
  t.match(await send('{"events":[{"eventType":"UPDATE"}]}'), {
    status: 200,
    headers: { 'content-length': '0' },
    body: '',
  });
  t.equal((await api.executions({ workflowId: id })).length, 1);
});

t.test('whoever guesses a verify token is slowed, and fills no log', async (t) => {
  const id = await make({ authType: 'provider', provider: 'meta', secret: SECRET, verifyToken: TOKEN });
  const guess = () =>
    get(id, { 'hub.mode': 'subscribe', 'hub.challenge': '1', 'hub.verify_token': 'a-guess' });
  const statuses = [];
  for (let i = 0; i < 60; i++) statuses.push((await guess()).status);
  t.equal(statuses[0], 403);
  t.equal(statuses.at(-1), 429);
  const rows = (await api.logs({ workflowId: id })).filter(({ handshake }) => handshake === 'meta');
  t.ok(rows.length <= 20, `${rows.length} rows`);
});
