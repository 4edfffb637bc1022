import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type Client, every, parallel } from './client.ts';

/** What an attacker has: an organization with a key, and addresses of its own. */
export interface Attacker {
  url: string;
  client: Client;
  key: string;
  organizationId: string;
  /** Answers at once. */
  receiverUrl: string;
  /** Takes connections and never answers. */
  silentUrl: string;
  sql: (text: string, values?: unknown[]) => Promise<unknown>;
}

/** Begins, and says how to end it. What it made is deleted afterwards. */
type Attack = (attacker: Attacker) => Promise<() => void>;

const JSON_TYPE = { 'content-type': 'application/json' };
const ATTACKER_ADDRESS = '127.0.0.3';

/** Refused attempts to make it are part of the attack: then it is those that are repeated. */
async function workflow({ client, key }: Attacker, input: object): Promise<{ id: string; secret: string }> {
  const made = await client.call<{ id?: string; webhook?: { secret?: string } }>('POST', '/api/workflows', {
    key,
    json: { name: randomUUID(), ...input },
  });
  return { id: made.body.id ?? randomUUID(), secret: made.body.webhook?.secret ?? '' };
}

const send = ({ client }: Attacker, id: string, body: string | Buffer, headers = {}) =>
  client.call('POST', `/api/webhooks/${id}`, { body, headers: { ...JSON_TYPE, ...headers } });

const schema_times_body: Attack = async (attacker) => {
  const anyOf = Array.from({ length: 1_500 }, (_, n) => ({ const: `x${n}` }));
  const { id } = await workflow(attacker, {
    webhook: { authType: 'none', payloadSchema: { type: 'array', items: { anyOf } } },
  });
  const body = JSON.stringify(Array.from({ length: 20_000 }, () => 'x1499'));
  return every(2, () => send(attacker, id, body));
};

const schema_compiling: Attack = async (attacker) => {
  const { id } = await workflow(attacker, { webhook: { authType: 'none' } });
  const { client, key } = attacker;
  const schema = (seed: number) => ({
    properties: Object.fromEntries(
      Array.from({ length: 400 }, (_, n) => [
        `k${seed}_${n}`,
        {
          type: 'object',
          required: [`a${n}`],
          properties: {
            a: {
              oneOf: [
                { type: 'string', format: 'email' },
                { type: 'object', minProperties: 1 },
              ],
            },
          },
        },
      ]),
    ),
  });
  return every(2, (n) =>
    client.call('PATCH', `/api/workflows/${id}/webhook`, { key, json: { payloadSchema: schema(n) } }),
  );
};

const regular_expressions: Attack = async (attacker) => {
  const payloadSchema = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
  const { id } = await workflow(attacker, { webhook: { authType: 'none', payloadSchema } });
  const body = JSON.stringify({ a: `${'a'.repeat(60)}!` });
  return every(10, () => send(attacker, id, body));
};

const unique_items: Attack = async ({ client, key }) => {
  const triggerTypes = Array.from({ length: 20_000 }, (_, n) => n.toString(36));
  const json = { name: 'u', triggers: [{ endpointId: randomUUID(), triggerTypes }] };
  return every(2, () => client.call('POST', '/api/workflows', { key, json }));
};

const searches: Attack = async (attacker) => {
  const { id } = await workflow(attacker, { webhook: { authType: 'none' } });
  const { client, key, organizationId, sql } = attacker;
  await sql(
    `INSERT INTO webhook_logs (id, organization_id, workflow_id, received_at, request_id, method, source_ip, query, headers, body, body_bytes, status_code)
     SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(g % 4096), 3, '0') || '8' || lpad(to_hex(g), 15, '0'))::uuid,
       $1, $2, now(), 'r', 'POST', '127.0.0.1', '', '[]', convert_to(repeat(md5(g::text), 190), 'UTF8'), 6080, 200
     FROM generate_series(1, 20000) g ON CONFLICT DO NOTHING`,
    [organizationId, id],
  );
  const json = { dryRun: true, filter: { workflowId: id, q: 'nowhere' } };
  return parallel(12, () => client.call('POST', '/api/webhook-logs/retry', { key, json }));
};

const slow_expressions: Attack = async (attacker) => {
  const slow = (n: string) => `$match("${'a'.repeat(42)}${n}!", /^(a+)+$/)`;
  const workflows = await Promise.all(
    Array.from({ length: 4 }, (_, w) =>
      workflow(attacker, {
        webhook: { authType: 'none' },
        triggers: Array.from({ length: 50 }, (_, n) => ({
          endpoint: { url: attacker.receiverUrl },
          filter: slow(`${w}_${n}`),
        })),
      }),
    ),
  );
  return every(2, (n) => send(attacker, workflows[n % 4]?.id ?? '', '{}'));
};

const hanging_endpoints: Attack = async (attacker) => {
  const { id } = await workflow(attacker, {
    webhook: { authType: 'none' },
    triggers: Array.from({ length: 50 }, (_, n) => ({ endpoint: { url: `${attacker.silentUrl}/${n}` } })),
  });
  return every(10, () => send(attacker, id, '{}'));
};

const fan_out: Attack = async (attacker) => {
  const { id } = await workflow(attacker, {
    webhook: { authType: 'none' },
    triggers: Array.from({ length: 50 }, (_, n) => ({ endpoint: { url: `${attacker.receiverUrl}/${n}` } })),
  });
  return every(10, () => send(attacker, id, '{}'));
};

const own_address: Attack = async (attacker) => {
  const { client, key, url } = attacker;
  const { id } = await workflow(attacker, { webhook: { authType: 'none' } });
  const triggers = [1, 2].map((n) => ({ endpoint: { url: `${url}/api/webhooks/${id}?t=${n}` } }));
  await client.call('PATCH', `/api/workflows/${id}`, { key, json: { triggers } });
  return every(2, () => send(attacker, id, '{}'));
};

const readiness: Attack = async ({ client }) => parallel(60, () => client.call('GET', '/readyz'));

const api_documents: Attack = async ({ client }) =>
  parallel(16, () => client.call('GET', '/openapi.json', { headers: { 'accept-encoding': 'identity' } }));

const exports: Attack = async ({ client, key }) =>
  parallel(20, () => client.call('GET', '/api/webhook-logs/export?format=ndjson', { key }));

const bad_callbacks: Attack = async ({ client }) =>
  every(400, () =>
    client.call('POST', '/api/webhooks/n8n', {
      body: '{"event":"done"}',
      headers: { ...JSON_TYPE, 'x-webhook-signature': '00'.repeat(32) },
    }),
  );

const bad_signatures: Attack = async (attacker) => {
  const { id } = await workflow(attacker, { webhook: { authType: 'hmac' } });
  return every(400, () => send(attacker, id, '{}', { 'x-webhook-signature': '00'.repeat(32) }));
};

const unknown_names: Attack = async ({ client }) =>
  every(400, (n) =>
    n % 2 === 0
      ? client.call('POST', `/api/webhooks/${randomUUID()}`, { body: '{}', headers: JSON_TYPE })
      : client.call('GET', '/api/workflows', { key: `hg_${randomBytes(20).toString('hex').slice(0, 39)}` }),
  );

const largest_bodies: Attack = async ({ client, key }) => {
  const body = JSON.stringify({ a: Array.from({ length: 100_000 }, (_, n) => `x${n}`) }).slice(0, 1_000_000);
  const routes = [
    ['POST', '/api/workflows'],
    ['POST', '/api/webhook-endpoints'],
    ['POST', '/api/api-keys'],
    ['POST', '/api/webhook-logs/retry'],
    ['POST', '/api/webhooks/n8n'],
    ['POST', `/api/webhooks/${randomUUID()}`],
  ] as const;
  return every(12, (n) => {
    const [method, path] = routes[n % routes.length] ?? routes[0];
    return client.call(method, path, { key, body, headers: JSON_TYPE });
  });
};

/** So many connections that are opened again when the service closes them. */
function connections(url: string, count: number, begin: (socket: Socket) => void): () => void {
  const { port, hostname } = new URL(url);
  const open = new Set<Socket>();
  let isStopped = false;
  const add = () => {
    if (isStopped) return;
    const socket = connect({ port: Number(port), host: hostname, localAddress: ATTACKER_ADDRESS });
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      setTimeout(add, 100);
    });
    socket.resume();
    socket.on('connect', () => begin(socket));
  };
  let opened = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 20 && opened < count; i++, opened++) add();
  }, 10);
  return () => {
    isStopped = true;
    clearInterval(timer);
    for (const socket of open) socket.destroy();
  };
}

const held_bodies: Attack = async ({ url }) => {
  const bytes = 1_000_000;
  const head = `POST /api/webhooks/n8n HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes + 10}\r\n\r\n`;
  return connections(url, 150, (socket) => {
    socket.write(head);
    socket.write(Buffer.alloc(bytes, 97));
  });
};

const event_streams: Attack = async ({ url, key }) =>
  connections(url, 1_000, (socket) =>
    socket.write(`GET /api/executions/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`),
  );

const idle_connections: Attack = async ({ url }) =>
  connections(url, 2_000, (socket) => socket.write('POST /api/webhooks/n8n HTTP/1.1\r\nHost: x\r\nX-Slow: '));

/** Good requests, as fast as they are answered, on more connections than it takes to use all there is. */
const volume: Attack = async (attacker) => {
  const { id, secret } = await workflow(attacker, {
    webhook: { authType: 'hmac' },
    triggers: [{ endpoint: { url: attacker.receiverUrl } }],
  });
  const body = JSON.stringify({ filler: randomBytes(400).toString('hex') });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return parallel(64, () => send(attacker, id, body, { 'x-webhook-signature': signature }));
};

/** What one organization, or a stranger, does to the others: each stands for a class. */
export const ATTACKS = {
  schema_times_body,
  schema_compiling,
  regular_expressions,
  unique_items,
  searches,
  slow_expressions,
  hanging_endpoints,
  fan_out,
  own_address,
  readiness,
  api_documents,
  exports,
  bad_callbacks,
  bad_signatures,
  unknown_names,
  largest_bodies,
  held_bodies,
  event_streams,
  idle_connections,
  volume,
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof ATTACKS;
