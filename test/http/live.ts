import { sql } from 'kysely';
import { type BudgetLimits, DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
import {
  EVENT_STREAM_LIMITS,
  type EventStreamLimits,
  EventStreams,
} from '../../src/http/management/event-stream.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { createDatabase, createPool } from '../../src/store/database.ts';
import { type EventCall, type EventReader, hangOnEvents, readEvents } from '../helpers/event-stream.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import type { Test } from '../helpers/tap.ts';
import { listen } from './edge.ts';
import { clientOf, idOf, insertOrganization, startInstance } from './management.ts';

type Headers = Record<string, string>;

/** An instance of the API that listens, with a workflow in an organization, and clients of its event streams. */
export async function setUpLive(
  t: Test,
  limits: Partial<EventStreamLimits> = {},
  budgetLimits: Partial<BudgetLimits> = {},
) {
  const database = await createTestDatabase(t);
  const connect = () => {
    const options = {
      connectionString: database.url,
      max: 5,
      applicationName: 'test',
      onError: () => undefined,
    };
    const db = createDatabase(createPool(options));
    t.teardown(() => db.destroy());
    return db;
  };
  const db = connect();
  const organization = await insertOrganization(db);
  const { key, organizationId } = organization;

  /** Another instance on the same database, with connections of its own. */
  const start = async (own = db) => {
    const budgets = new Budgets({ limits: { ...DEFAULT_LIMITS, ...budgetLimits } });
    const eventStreams = new EventStreams(budgets.concurrent('event_streams'), {
      ...EVENT_STREAM_LIMITS,
      ...limits,
    });
    const { app } = await startInstance(t, own, { eventStreams, budgets });
    const origin = `http://127.0.0.1:${await listen(app)}`;
    const target = (path: string, headers: Headers): EventCall => ({ url: origin + path, key, headers });
    return {
      app,
      budgets,
      eventStreams,
      call: clientOf(app, key),
      read: (path: string, headers: Headers = {}): Promise<EventReader> =>
        readEvents(t, target(path, headers)),
      hang: (path: string) => hangOnEvents(t, target(path, {})),
    };
  };
  const instance = await start();
  const { call } = instance;

  const createWorkflow = async (name: string) =>
    idOf(await call('POST', '/api/workflows', { body: { name, webhook: { authType: 'none' } } }));
  const workflowId = await createWorkflow('followed');
  const execute = async (workflow = workflowId) =>
    String((await call('POST', `/api/workflows/${workflow}/execute`)).json.executionId);
  /** Moves an execution through these states, as a worker would; with this outcome, if one is given. */
  const move = async (id: string, states: string[], outcome: string | null = null) => {
    for (const state of states) {
      await sql`UPDATE workflow_executions SET state = ${state}, outcome = ${outcome} WHERE id = ${id}`.execute(
        db,
      );
    }
  };
  const another = () => start(connect());
  return {
    ...instance,
    database,
    db,
    key,
    organizationId,
    createWorkflow,
    workflowId,
    execute,
    move,
    another,
  };
}

export const eventsPath = (executionId: string) => `/api/executions/${executionId}/events`;
export const FEED = '/api/executions/events';

/** What events say: `<id> <event> <state>`. */
export const told = (reader: EventReader): string[] =>
  reader.events.map(({ id, event, data }) => `${id} ${event} ${data.to ?? data.status}`);
