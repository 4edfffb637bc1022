import { webhookNodes } from '../../src/n8n/webhook-nodes.ts';
import t from '../helpers/tap.ts';
import { SET_NODE, webhook } from './stand-in.ts';

const WEBHOOKS = 'https://n8n.example.com/webhook';
const ID = '31111111-2222-4333-8444-555555555555';

const nodesOf = (...nodes: unknown[]) => webhookNodes({ id: 'QeKedXwbvjpLwzog', nodes }, WEBHOOKS);
const urlOf = (parameters: object, more: object = { webhookId: ID }) =>
  nodesOf(webhook('My Hook', parameters, more))[0]?.productionUrl;

t.test('what a webhook node says, and what n8n leaves out because it is the default', (t) => {
  const [said] = nodesOf(
    SET_NODE,
    webhook('In', {
      httpMethod: 'POST',
      path: 'orders',
      authentication: 'headerAuth',
      responseMode: 'lastNode',
    }),
  );
  t.same(said, {
    nodeName: 'In',
    path: 'orders',
    pathParameters: [],
    methods: ['POST'],
    authentication: 'headerAuth',
    responseMode: 'lastNode',
    productionUrl: `${WEBHOOKS}/orders`,
  });
  t.match(nodesOf(webhook('In', { path: 'a' })), [
    { methods: ['GET'], authentication: 'none', responseMode: 'onReceived' },
  ]);
  t.end();
});

t.test('several methods', (t) => {
  const methods = (parameters: object) => nodesOf(webhook('In', { path: 'a', ...parameters }))[0]?.methods;
  t.same(methods({ multipleMethods: true, httpMethod: ['POST', 'PUT'] }), ['POST', 'PUT']);
  t.same(methods({ multipleMethods: true }), ['GET', 'POST']);
  t.same(methods({ httpMethod: 'patch' }), ['PATCH']);
  t.same(methods({ httpMethod: '={{ $env.METHOD }}' }), [], 'which only n8n knows');
  t.end();
});

// Each of these was tried on a running n8n: what is expected here is where it listens.
t.test('paths', (t) => {
  t.equal(urlOf({ path: '/with space/ü%41/' }), `${WEBHOOKS}/with%20space/%C3%BC%2541`);
  t.equal(urlOf({ path: 'a?b#c' }), `${WEBHOOKS}/a%3Fb%23c`);
  t.equal(urlOf({}), `${WEBHOOKS}/${ID}`, 'without a path it is the id of the node');
  t.equal(
    urlOf({ path: 'users/:id/x' }),
    `${WEBHOOKS}/${ID}/users/:id/x`,
    'with parameters the id is in front',
  );
  t.equal(urlOf({ path: ':id' }), `${WEBHOOKS}/${ID}/:id`);
  t.equal(urlOf({ path: 'not:one' }), `${WEBHOOKS}/not:one`);
  t.equal(
    urlOf({ path: 'a' }, { webhookId: undefined }),
    `${WEBHOOKS}/QeKedXwbvjpLwzog/my%20hook/a`,
    'a node of an old n8n has no id',
  );
  t.equal(urlOf({ path: "={{ 'exp' + 'r' }}" }), null, 'which only n8n knows');
  for (const path of ['a/../b', './a', 'half \ud800']) t.equal(urlOf({ path }), null, path);
  t.same(nodesOf(webhook('In', { path: ':a/b/:c/:a' }))[0]?.pathParameters, ['a', 'c']);
  t.end();
});

t.test('what is no webhook node, is switched off, or is strange', (t) => {
  t.same(
    nodesOf(
      SET_NODE,
      webhook('Off', { path: 'off' }, { disabled: true }),
      { name: 'Chat', type: '@n8n/n8n-nodes-langchain.chatTrigger', webhookId: ID, parameters: {} },
      null,
      'node',
      { type: 'n8n-nodes-base.webhook' },
      webhook('Here', { path: 'here' }),
    ).map(({ nodeName }) => nodeName),
    ['Here'],
  );
  t.match(nodesOf(webhook('In', { path: 7, authentication: 'n8nOAuth2', responseMode: {} })), [
    { path: '', authentication: 'other', responseMode: 'onReceived' },
  ]);
  t.match(nodesOf({ name: 'No parameters', type: 'n8n-nodes-base.webhook', webhookId: ID }), [
    { productionUrl: `${WEBHOOKS}/${ID}` },
  ]);
  t.end();
});
