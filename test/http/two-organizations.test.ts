import fc from 'fast-check';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import { ingestRow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { type Client, clientOf, idOf, insertOrganization, itemsOf, setUp } from './management.ts';

/** What an organization must find in each of its lists, and nothing else. */
interface Organization {
  id: string;
  call: Client;
  workflows: string[];
  executions: string[];
  logs: string[];
  /** Revoked ones too: they stay in the list. */
  keys: string[];
  names: Map<string, string>;
}

interface Step {
  /** Who does it: 0 or 1. */
  who: number;
  action: keyof typeof ACTIONS;
  /** Whether it is tried on an object of the other organization. */
  foreign: boolean;
  pick: number;
}

interface Turn {
  me: Organization;
  /** Whose object it is about: `me`, or the other. */
  owner: Organization;
  pick: number;
}

const { app, db, pool } = await setUp(t);

const picked = (ids: string[], pick: number): string | undefined => ids[pick % ids.length];

async function newOrganization(): Promise<Organization> {
  const { organizationId, key, caller } = await insertOrganization(db);
  return {
    id: organizationId,
    call: clientOf(app, key),
    workflows: [],
    executions: [],
    logs: [],
    keys: [caller.replace('api_key:', '')],
    names: new Map(),
  };
}

/** A call on an object: 404 for whose it is not, and then nothing may have changed. Whether it was the owner's. */
async function attempt(
  { me, owner }: Turn,
  [method, path, body]: [string, string, object?],
  allowed: number[],
): Promise<boolean> {
  const { status } = await me.call(method, path, { body });
  const expected = me === owner ? allowed : [404];
  if (!expected.includes(status)) throw new Error(`${method} ${path} answered ${status}, not ${expected}`);
  return me === owner;
}

const ACTIONS = {
  async createWorkflow({ me, pick }: Turn) {
    const id = idOf(await me.call('POST', '/api/workflows', { body: { name: `made ${pick}` } }));
    me.workflows.unshift(id);
    me.names.set(id, `made ${pick}`);
  },
  async renameWorkflow(turn: Turn) {
    const id = picked(turn.owner.workflows, turn.pick);
    if (id === undefined) return;
    const name = `renamed ${turn.pick}`;
    if (await attempt(turn, ['PATCH', `/api/workflows/${id}`, { name }], [200])) turn.me.names.set(id, name);
  },
  async deleteWorkflow(turn: Turn) {
    const { me } = turn;
    const id = picked(turn.owner.workflows, turn.pick);
    if (id === undefined || !(await attempt(turn, ['DELETE', `/api/workflows/${id}`], [204]))) return;
    me.workflows = me.workflows.filter((other) => other !== id);
  },
  async execute(turn: Turn) {
    const id = picked(turn.owner.workflows, turn.pick);
    if (id === undefined) return;
    const { status, json } = await turn.me.call('POST', `/api/workflows/${id}/execute`, { body: {} });
    if (status !== (turn.me === turn.owner ? 202 : 404)) throw new Error(`executing answered ${status}`);
    if (status === 202) turn.me.executions.unshift(String(json.executionId));
  },
  async cancelExecution(turn: Turn) {
    const id = picked(turn.owner.executions, turn.pick);
    if (id !== undefined) await attempt(turn, ['POST', `/api/executions/${id}/cancel`], [202, 409]);
  },
  async receive({ me, pick }: Turn) {
    const workflowId = picked(me.workflows, pick);
    if (workflowId === undefined) return;
    const row = ingestRow(workflowId, { organizationId: me.id });
    await writeIngestBatch(pool, [row]);
    me.logs.unshift(row.logId);
    me.executions.unshift(row.executionId);
  },
  async showLog(turn: Turn) {
    const id = picked(turn.owner.logs, turn.pick);
    if (id !== undefined) await attempt(turn, ['GET', `/api/webhook-logs/${id}`], [200]);
  },
  async createKey({ me }: Turn) {
    const body = { name: 'a', scopes: ['logs:read'] };
    me.keys.unshift(idOf(await me.call('POST', '/api/api-keys', { body })));
  },
  async revokeKey(turn: Turn) {
    // Not the first, which makes the calls.
    const id = picked(turn.owner.keys.slice(0, -1), turn.pick);
    if (id !== undefined) await attempt(turn, ['DELETE', `/api/api-keys/${id}`], [204]);
  },
};

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(1),
  action: fc.constantFrom(...(Object.keys(ACTIONS) as (keyof typeof ACTIONS)[])),
  foreign: fc.boolean(),
  pick: fc.nat(9),
});

const LISTS = {
  workflows: '/api/workflows',
  executions: '/api/executions',
  logs: '/api/webhook-logs',
  keys: '/api/api-keys',
} as const;

const sorted = (ids: unknown[]) => [...ids].map(String).sort().join();

/** Each list holds what is the organization's own, all of it, and nothing when it is asked about the other's. */
async function check(me: Organization, other: Organization): Promise<void> {
  for (const list of Object.keys(LISTS) as (keyof typeof LISTS)[]) {
    const items = itemsOf(await me.call('GET', `${LISTS[list]}?limit=200`));
    if (sorted(items.map(({ id }) => id)) !== sorted(me[list])) {
      throw new Error(`${list} are ${sorted(items.map(({ id }) => id))}, not ${sorted(me[list])}`);
    }
    for (const { id, name } of list === 'workflows' ? items : []) {
      if (name !== me.names.get(String(id))) throw new Error(`${id} is called ${name}`);
    }
  }
  const [theirs] = other.workflows;
  for (const path of theirs === undefined ? [] : [LISTS.executions, LISTS.logs]) {
    const { json } = await me.call('GET', `${path}?workflowId=${theirs}`);
    if (JSON.stringify(json) !== '{"data":[],"nextCursor":null}')
      throw new Error(`${path} shows the other's`);
  }
}

t.test('whatever two organizations do, neither sees, counts or changes what is the other’s', async (t) => {
  const met = new Set<string>();
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
        const pair = [await newOrganization(), await newOrganization()] as const;
        // Something to begin with, so that there is something to try on.
        for (const me of pair) {
          for (const action of ['createWorkflow', 'receive', 'createKey'] as const)
            await ACTIONS[action]({ me, owner: me, pick: 0 });
        }
        for (const { who, action, foreign, pick } of steps) {
          const [me, other] = who === 0 ? pair : [pair[1], pair[0]];
          await ACTIONS[action]({ me, owner: foreign ? other : me, pick });
          met.add(`${action} ${foreign}`);
        }
        await check(...pair);
        await check(pair[1], pair[0]);
      }),
      { numRuns: fuzzRuns(20) },
    ),
  );
  t.equal(met.size, 2 * Object.keys(ACTIONS).length, 'every action was tried, on own and on foreign objects');
});
