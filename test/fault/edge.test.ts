import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { WebhookInput } from '../../src/http/schemas/webhook-settings.ts';
import { createApi } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startService } from '../helpers/service.ts';
import t, { type Test } from '../helpers/tap.ts';

t.setTimeout(240_000);

/** Asks every 20 ms, in a process of its own, so that what floods here does not keep it from looking at the clock. */
const PROBE = `
const times = [], failures = [];
let stop = false;
process.stdin.on('end', () => { stop = true; }).resume();
while (!stop) {
  const at = performance.now();
  await fetch(process.argv[1] + '/livez', { signal: AbortSignal.timeout(20000) })
    .then(async (r) => { await r.text(); if (r.status !== 200) failures.push(r.status); })
    .catch((error) => failures.push(error.message));
  times.push(performance.now() - at);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
times.sort((a, b) => a - b);
const at = (share) => Math.round(times[Math.floor((times.length - 1) * share)] * 10) / 10;
console.log(JSON.stringify({ asked: times.length, p50: at(0.5), p99: at(0.99), worst: at(1), failures }));
`;

/** However it came to that: `once` would reject where the service broke it off. */
const closed = (socket: Socket) =>
  new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));

/** Runs `attack` while somebody asks whether the service lives: it says so each time, and how quickly is told. */
async function whileProbed(t: Test, url: string, attack: () => Promise<unknown>): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROBE, url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const closed = once(child, 'close');
  try {
    await attack();
  } finally {
    child.stdin.end();
    await closed;
  }
  const { failures, ...figures } = JSON.parse(output);
  t.comment(figures);
  t.ok(figures.asked > 0);
  t.same(failures, [], 'it lives all the time');
}

interface Usage {
  data: { budget: string; organizationId: string | null; used: number; limit: number; refused: number }[];
}

const service = await startService(t, { env: { DATABASE_URL: (await createTestDatabase(t)).url } });
const { url } = service;
const api = createApi(t, service);

const budget = async (name: string) => {
  const { data } = (await api.call<Usage>('GET', '/api/usage')).body;
  const use = data.find((one) => one.budget === name);
  if (use === undefined) throw new Error(`no budget ${name}`);
  return use;
};

/** From another address than everybody else's. */
async function open(t: Test): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress: '127.0.0.2' });
  t.teardown(() => socket.destroy());
  // Being cut off is what the service does to it.
  socket.on('error', () => undefined);
  socket.resume();
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

const openMany = async (t: Test, count: number) => {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) sockets.push(await open(t));
  return sockets;
};

const head = (path: string, bytes: number, more = '') =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n${more}\r\n`;

const MIB = 1_048_576;

/** What it takes to be over the largest body of most routes by none. */
const nearlyAll = Buffer.alloc(MIB - 100, 97);

t.test('idle connections, more than one client may have', async (t) => {
  await whileProbed(t, url, async () => {
    const sockets = await openMany(t, 1_200);
    await eventually('those beyond are refused', async () => {
      const { used, limit, refused } = await budget('connections_per_client');
      return refused >= 1_200 - limit && used <= limit;
    });
    for (const socket of sockets) socket.destroy();
    await eventually('all are given back', async () => (await budget('connections_per_client')).used < 100);
  });
});

t.test('bodies that do not end, to every kind of route', async (t) => {
  const { id } = await api.createWorkflow({ webhook: { authType: 'none' } });
  for (const path of ['/api/webhooks/n8n', `/api/webhooks/${id}`]) {
    await whileProbed(t, url, async () => {
      const before = await budget('body_bytes_per_client');
      const sockets = await openMany(t, 150);
      for (const socket of sockets) {
        socket.write(head(path, MIB));
        socket.write(nearlyAll);
      }
      await eventually(`${path}: what is too much is refused`, async () => {
        const { used, limit, refused } = await budget('body_bytes_per_client');
        t.ok(used <= limit, 'never more than there is');
        return refused >= before.refused + 150 - Math.ceil(limit / nearlyAll.length);
      });
      await eventually(
        `${path}: and the rest is cut off`,
        async () => (await budget('body_bytes')).used === 0,
      );
      for (const socket of sockets) socket.destroy();
    });
  }
});

t.test(
  'headers that come byte by byte, uploads that are broken off, and requests without waiting for answers',
  async (t) => {
    const { id } = await api.createWorkflow({ webhook: { authType: 'none' } });
    await whileProbed(t, url, async () => {
      const slow = await openMany(t, 100);
      const drip = setInterval(() => {
        for (const socket of slow) if (socket.writable) socket.write('G');
      }, 100);
      t.teardown(() => clearInterval(drip));
      for (let round = 0; round < 20; round++) {
        const sockets = await openMany(t, 10);
        for (const [i, socket] of sockets.entries()) {
          socket.write(head(`/api/webhooks/${i % 2 === 0 ? id : 'n8n'}`, MIB));
          socket.write(nearlyAll.subarray(0, 200_000), () => socket.resetAndDestroy());
        }
        await Promise.all(sockets.map((socket) => closed(socket)));
      }
      const pipelining = await openMany(t, 10);
      const many = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5_000);
      for (const socket of pipelining) socket.write(many);
      await Promise.all(slow.map((socket) => closed(socket)));
      for (const socket of pipelining) socket.destroy();
      await eventually('all is given back', async () => {
        const [connections, bytes] = [await budget('connections_per_client'), await budget('body_bytes')];
        return connections.used < 100 && bytes.used === 0;
      });
    });
  },
);

const WAYS: WebhookInput[] = [
  { authType: 'none' },
  { authType: 'api_key' },
  { authType: 'bearer_token' },
  { authType: 'hmac' },
  { authType: 'provider', provider: 'github' },
  { authType: 'provider', provider: 'stripe' },
];

interface Description {
  paths: Record<string, Record<string, { requestBody?: object }>>;
}

t.test('the largest body to every route that takes one, and for every way to authenticate', async (t) => {
  const { paths } = (await api.call<Description>('GET', '/openapi.json')).body;
  const ids: string[] = [];
  for (const webhook of WAYS) ids.push((await api.createWorkflow({ webhook })).id);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) =>
      requestBody === undefined ? [] : [{ method: method.toUpperCase(), path }],
    ),
  );
  t.ok(routes.length > 20);
  const bodies = [
    Buffer.from(JSON.stringify('a'.repeat(MIB - 2))),
    Buffer.from(`[${'[],'.repeat(349_000)}[]]`),
  ];
  await whileProbed(t, url, async () => {
    for (const { method, path } of routes) {
      for (const id of path === '/api/webhooks/{workflowId}' ? ids : ids.slice(0, 1)) {
        for (const body of bodies) {
          const answer = await api.call(method, path.replaceAll(/\{\w+\}/g, id), {
            body,
            headers: { 'content-type': 'application/json' },
          });
          t.ok(answer.status < 500, `${method} ${path}: ${answer.status}`);
        }
      }
    }
  });
});
