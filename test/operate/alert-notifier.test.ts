import { createHmac } from 'node:crypto';
import { createClient } from '../../src/dispatch/client.ts';
import { createAlertNotifier } from '../../src/operate/alert-notifier.ts';
import type { Notice } from '../../src/store/alert-notices.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t, { type Test } from '../helpers/tap.ts';

const SECRET = 'what signs alerts in this test';
const BODY = Buffer.from('{"eventId":"1","event":"alert.execution_failures","data":{}}');

type End = Parameters<Parameters<typeof createAlertNotifier>[0]['settle']>[1];

/** Sends notices to a URL, until so many are settled. */
async function notify(t: Test, url: string, notices: Notice[], { allowCidrs = ['127.0.0.0/8'] } = {}) {
  const settled: [id: string, end: End][] = [];
  const lines: [level: string, fields: object, message: string][] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push([level, fields, message]);
  };
  const client = createClient({ allowCidrs, allowHosts: [] });
  t.teardown(() => client.close());
  const expected = notices.length;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const loop = createAlertNotifier({
    target: { url, secret: SECRET },
    client,
    claim: async ({ limit }) => notices.splice(0, limit),
    settle: async ({ id }, end) => {
      settled.push([id, end]);
      if (settled.length === expected) finish();
    },
    log: { info: write('info'), warn: write('warn'), error: write('error') },
  });
  loop.start();
  await finished;
  await loop.stop();
  return { settled, lines };
}

const notice = (id: string, attempt = 1): Notice => ({
  id,
  event: 'alert.execution_failures',
  body: BODY,
  attempt,
});

t.test('a notice is signed as every event of ours is', async (t) => {
  const receiver = await startReceiver(t);
  const { settled, lines } = await notify(t, `${receiver.url}/ops?a=1`, [notice('n1', 3)]);
  t.same(settled, [['n1', { outcome: 'told' }]]);
  t.same(lines, []);
  const [request] = receiver.requests;
  t.match(request, { method: 'POST', url: '/ops?a=1', attempt: 3 });
  t.ok(request?.body.equals(BODY));
  const headers = request?.headers ?? {};
  t.equal(headers['webhook-id'], 'n1');
  t.equal(headers['x-webhook-signature'], createHmac('sha256', SECRET).update(BODY).digest('hex'));
  const signed = `n1.${headers['webhook-timestamp']}.${BODY}`;
  t.equal(headers['webhook-signature'], `v1,${createHmac('sha256', SECRET).update(signed).digest('base64')}`);
});

t.test('what is not taken is tried again, later and later, and at last given up', async (t) => {
  const receiver = await startReceiver(t, ({ attempt }) => (attempt === 2 ? 'destroy' : { status: 500 }));
  const notices = [notice('first', 1), notice('lost', 2), notice('last', 60)];
  const { settled, lines } = await notify(t, `${receiver.url}/?token=s3cret`, notices);
  const ends = new Map(settled);
  const waits = (id: string) => (ends.get(id) as { retryInMs: number }).retryInMs;
  t.ok(waits('first') >= 0 && waits('first') <= 1_000);
  t.ok(waits('lost') >= 0 && waits('lost') <= 2_000);
  t.same(ends.get('last'), { outcome: 'given_up' });
  t.match(
    lines
      .sort(([, a], [, b]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      .map(([level, , name]) => [level, name]),
    [
      ['warn', 'alert.not_told'],
      ['error', 'alert.given_up'],
      ['warn', 'alert.not_told'],
    ],
  );
  t.notMatch(JSON.stringify(lines), /s3cret|127\.0\.0\.1/, 'the address may be a credential');
});

t.test('a private address is reached only if it is allowed', async (t) => {
  const receiver = await startReceiver(t);
  const { lines } = await notify(t, receiver.url, [notice('n')], { allowCidrs: [] });
  t.match(lines, [['warn', { reason: 'address_not_allowed' }, 'alert.not_told']]);
  t.equal(receiver.requests.length, 0);
});
