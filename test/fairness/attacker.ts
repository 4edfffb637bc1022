import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import pg from 'pg';
import { ATTACKS, type Attacker, type AttackName } from './attacks.ts';
import { createClient, createOrganization, type Target } from './client.ts';
import { serve } from './remote.ts';

export type AttackerMethods = {
  open: (target: Target & { databaseUrl: string }) => Promise<void>;
  start: (name: AttackName) => Promise<void>;
  /** Ends it, and deletes what it made: the organization's workflows and endpoints. */
  stop: (argument: null) => Promise<void>;
};

let base: (Target & { databaseUrl: string }) | undefined;
let receivers: { receiverUrl: string; silentUrl: string } | undefined;
let organization: { key: string; organizationId: string } | undefined;
let running: { end: () => void; attacker: Attacker } | undefined;

async function open(target: Target & { databaseUrl: string }): Promise<void> {
  base = target;
  const client = createClient(target.url, '127.0.0.3');
  organization = await createOrganization(target, client, 'A');
  await client.close();
  const quick = createServer(
    (request, response) => void request.resume().on('end', () => response.end('{}')),
  );
  const silent = createTcpServer((socket) => socket.resume().on('error', () => undefined));
  for (const server of [quick, silent]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const urlOf = (server: { address(): unknown }) =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  receivers = { receiverUrl: urlOf(quick), silentUrl: urlOf(silent) };
}

async function start(name: AttackName): Promise<void> {
  if (!base || !receivers || !organization) throw new Error('not opened');
  const { url, databaseUrl } = base;
  const attacker: Attacker = {
    url,
    ...receivers,
    ...organization,
    client: createClient(url, '127.0.0.3', 256),
    sql: async (text, values) => {
      const connection = new pg.Client({ connectionString: databaseUrl });
      await connection.connect();
      try {
        return await connection.query(text, values);
      } finally {
        await connection.end();
      }
    },
  };
  running = { attacker, end: await ATTACKS[name](attacker) };
}

async function stop(): Promise<void> {
  if (!running || !base) return;
  const { end, attacker } = running;
  running = undefined;
  end();
  await attacker.client.close();
  const client = createClient(base.url, '127.0.0.4');
  const { key } = attacker;
  for (const path of ['/api/workflows', '/api/webhook-endpoints']) {
    for (;;) {
      const page = await client.call<{ data?: { id: string }[] }>('GET', `${path}?limit=200`, { key });
      const ids = (page.body.data ?? []).map(({ id }) => id);
      if (ids.length === 0) break;
      await Promise.all(ids.map((id) => client.call('DELETE', `${path}/${id}`, { key })));
    }
  }
  await client.close();
}

serve({ open, start, stop } satisfies AttackerMethods);
