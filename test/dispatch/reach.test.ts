import { createOwnPlaces } from '../../src/dispatch/own-places.ts';
import { plainPath } from '../../src/dispatch/plain-path.ts';
import { createReach, type ReachOptions } from '../../src/dispatch/reach.ts';
import { FORBIDDEN_PATHS, LOCAL_HOSTS, WEBHOOK_PATHS } from '../helpers/spellings.ts';
import t from '../helpers/tap.ts';
import { as, httpServer, localClient, post } from './peers.ts';

const reachOf = (options: Partial<ReachOptions> = {}) =>
  createReach({ allowCidrs: [], n8n: null, own: createOwnPlaces(null), ...options });

const n8nAt = (baseUrl: string, webhookUrl = `${baseUrl}/webhook`) => ({ baseUrl, webhookUrl });

t.test('of an n8n on a private address, its webhooks are reached and nothing else', async (t) => {
  for (const allowCidrs of [[], ['127.0.0.0/8', '::1']]) {
    const asked: string[] = [];
    const n8n = await httpServer(t, ({ url }, response) => {
      asked.push(url);
      response.end();
    });
    const reach = reachOf({ allowCidrs, n8n: n8nAt(n8n.url) });
    const client = localClient(t, { allowCidrs, reach });
    for (const [path] of WEBHOOK_PATHS) {
      t.equal(as(await client.send(post(n8n.url + path)), 'response').statusCode, 200, path);
    }
    t.same(
      asked,
      WEBHOOK_PATHS.map(([, expected]) => expected),
    );
    asked.length = 0;
    // After a connection stands that may be used for webhooks: nothing else goes through it.
    for (const path of FORBIDDEN_PATHS) {
      t.match(await client.send(post(n8n.url + path)), { reason: 'endpoint_not_allowed' }, path);
      t.ok(reach.objection(n8n.url + path), `${path} cannot be saved`);
    }
    const { port } = new URL(n8n.url);
    for (const host of LOCAL_HOSTS) {
      const url = `http://${host}:${port}/rest/login`;
      t.match(await client.send(post(url)), { status: 'not_sent' }, url);
      t.ok(reach.objection(url), `${url} cannot be saved`);
    }
    for (const path of ['/rest/login', '/webhook/x']) {
      const withUser = `http://webhook:x@127.0.0.1:${port}${path}`;
      t.match(await client.send(post(withUser)), { reason: 'invalid_request' });
    }
    t.same(asked, [], 'of all these none arrived');
  }
  t.ok(FORBIDDEN_PATHS.length + LOCAL_HOSTS.length > 50);
});

t.test('where the webhooks are elsewhere, or below a path, that is what counts', async (t) => {
  const cases: [n8n: { baseUrl: string; webhookUrl: string }, reached: string[], refused: string[]][] = [
    [
      n8nAt('http://10.0.0.5:5678/n8n'),
      ['http://10.0.0.5:5678/n8n/webhook/x', 'http://10.0.0.5:5678/n8n/webhook-test/x'],
      [
        'http://10.0.0.5:5678/webhook/x',
        'http://10.0.0.5:5678/n8n/rest/login',
        'http://10.0.0.5/n8n/webhook/x',
      ],
    ],
    [
      n8nAt('https://n8n.example.com', 'http://n8n:5678/hooks'),
      ['http://n8n:5678/hooks/x', 'http://n8n:5678/webhook-test/x', 'https://n8n.example.com/webhook-test/x'],
      ['http://n8n:5678/rest/login', 'https://n8n.example.com/webhook/x', 'https://N8N.example.com./rest/x'],
    ],
    [
      // All of n8n is not its webhooks, whatever the setting says.
      n8nAt('http://n8n:5678', 'http://n8n:5678'),
      ['http://n8n:5678/webhook/x', 'http://n8n:5678/webhook-test/x'],
      ['http://n8n:5678/rest/login', 'http://n8n:5678/hooks/x'],
    ],
  ];
  for (const [n8n, reached, refused] of cases) {
    const { judge } = reachOf({ n8n });
    for (const url of reached) t.match(judge(new URL(url)), { ok: true, isWebhook: true }, url);
    for (const url of refused) t.match(judge(new URL(url)), { ok: false }, url);
  }
  const beside = reachOf({ n8n: n8nAt('https://example.com/n8n') });
  t.match(beside.judge(new URL('https://example.com/shop/hook')), { ok: true, isWebhook: false });
  for (const path of ['/shop/..%2fn8n/rest', '//n8n/rest', '/N8N/rest', '/%6e8n/rest', '/n8n']) {
    t.match(beside.judge(new URL(`https://example.com${path}`)), { obstacle: 'n8n' }, path);
  }
});

t.test('what leads back to this service is not called', async (t) => {
  let connections = 0;
  const us = await httpServer(t, (_received, response) => {
    connections++;
    response.end();
  });
  const port = Number(new URL(us.url).port);
  const own = createOwnPlaces('https://hooks.example.com/gate');
  own.listen([{ address: '127.0.0.1', port }]);
  const reach = reachOf({ allowCidrs: ['127.0.0.0/8'], own });
  for (const url of [
    `http://127.0.0.1:${port}/api/webhooks/x`,
    `http://localhost:${port}/`,
    `http://2130706433:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    'https://hooks.example.com/gate/api/webhooks/x',
    'https://HOOKS.example.com.:443/gate/x',
    'https://hooks.example.com/x/..%2fgate/y',
    'https://hooks.example.com//gate/y',
  ]) {
    t.match(reach.judge(new URL(url)), { obstacle: 'own' }, url);
  }
  t.equal(reach.objection('https://hooks.example.com/shop'), null, 'beside it is somebody else');
  t.equal(reach.objection(`http://127.0.0.1:${port + 1}/`), null);

  const client = localClient(t, {
    reach,
    lookup: (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  const led = await client.send(post(`http://another-name.example:${port}/api/webhooks/x`));
  t.match(led, { status: 'not_sent', reason: 'endpoint_not_allowed' });
  t.equal(connections, 0);
});

t.test('who listens at every address has all those of the machine', async (t) => {
  const own = createOwnPlaces(null);
  own.listen([{ address: '0.0.0.0', port: 3000 }]);
  for (const address of ['127.0.0.1', '127.9.9.9', '::ffff:127.0.0.1', '::1']) {
    t.ok(own.isListening(address, 3000), address);
    t.notOk(own.isListening(address, 3001));
  }
  t.notOk(own.isListening('8.8.8.8', 3000));
  own.listen([{ address: '127.0.0.1', port: 3000 }]);
  t.notOk(own.isListening('127.0.0.2', 3000), 'another program may listen there');
});

t.test('a path is plain when all servers read it alike', async (t) => {
  t.equal(plainPath('/webhook/caf%C3%A9%2Fa%2520b/v1.2'), '/webhook/caf\u00e9/a b/v1.2');
  t.equal(plainPath('/'), '/');
  t.equal(
    plainPath(`/${'%25'.repeat(1)}${'25'.repeat(9)}41`),
    null,
    'nor is one that takes forever to decode',
  );
});
