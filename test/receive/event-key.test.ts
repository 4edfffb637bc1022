import type { WebhookConfig } from '../../src/domain/webhook-config.ts';
import { compileEventKey, eventSource } from '../../src/receive/event-key.ts';
import t from '../helpers/tap.ts';

const keyOf = (config: WebhookConfig, headers: Record<string, string>, body = '{}') =>
  compileEventKey({ authType: 'none', config })?.({ headers, rawBody: Buffer.from(body) }) ?? null;

const byHeader = (source: string): WebhookConfig => ({ dedup: { source } });

t.test('where the ids are: chosen, or known of the provider', async (t) => {
  const provider = (config: WebhookConfig) => eventSource({ authType: 'provider', config });
  const github = { source: 'header:x-github-delivery', windowSeconds: 86_400 };
  t.match(provider({ provider: 'github' })?.source.toLowerCase(), github.source);
  t.match(provider({ provider: 'github' }), { windowSeconds: 86_400 });
  t.equal(provider({ provider: 'github', dedup: { source: 'none' } }), null);
  t.match(provider({ provider: 'github', dedup: { source: 'provider', windowSeconds: 60 } }), {
    windowSeconds: 60,
  });
  t.same(provider({ provider: 'github', dedup: { source: 'json:id' } }), {
    source: 'json:id',
    windowSeconds: 86_400,
  });
  for (const silent of ['generic', 'twilio', 'docusign', 'hubspot_v3', 'sendgrid'] as const) {
    t.equal(provider({ provider: silent }), null, `${silent} repeats no id of one event`);
  }
  t.equal(eventSource({ authType: 'hmac', config: {} }), null);
  t.equal(eventSource({ authType: 'hmac', config: { provider: 'github' } }), null);
  t.equal(eventSource({ authType: 'hmac', config: { dedup: { source: 'provider' } } }), null);
});

t.test('one key for one id in one place', async (t) => {
  const key = keyOf(byHeader('header:X-Id'), { 'x-id': 'a' });
  t.equal(key?.sha256.length, 32);
  t.equal(key?.windowSeconds, 86_400);
  t.same(keyOf(byHeader('header:x-id'), { 'x-id': 'a' }), key, 'however the header is spelled');
  const others = [
    keyOf(byHeader('header:x-id'), { 'x-id': 'b' }),
    keyOf(byHeader('header:x-other'), { 'x-other': 'a' }),
    keyOf(byHeader('json:x-id'), {}, '{"x-id":"a"}'),
    keyOf(byHeader('json:id'), {}, '{"id":"a"}'),
    keyOf(byHeader('json:Id'), {}, '{"Id":"a"}'),
    keyOf(byHeader('json:id+at'), {}, '{"id":1,"at":23}'),
    keyOf(byHeader('json:id+at'), {}, '{"id":12,"at":3}'),
  ];
  const all = [key, ...others].map((one) => one?.sha256.toString('hex'));
  t.equal(new Set(all).size, all.length);
  t.notOk(all.includes(undefined));
});

t.test('no id, no key', async (t) => {
  t.equal(keyOf(byHeader('header:x-id'), {}), null);
  t.equal(keyOf(byHeader('header:x-id'), { 'x-id': '' }), null);
  t.equal(keyOf(byHeader('header:x-id'), { 'x-id': 'x'.repeat(501) }), null);
  t.equal(keyOf(byHeader('json:id'), {}, 'no JSON'), null);
  t.equal(keyOf(byHeader('json:id'), {}, '{"id":{}}'), null);
  t.equal(keyOf({}, { 'x-id': 'a' }), null);
  t.equal(compileEventKey({ authType: 'none', config: {} }), null);
});
