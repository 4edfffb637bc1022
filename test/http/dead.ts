import { recordAttempts } from '../../src/store/record.ts';
import type { Test } from '../helpers/tap.ts';
import { itemsOf } from './management.ts';
import { attempt, exhausted, withWorker } from './worker.ts';

export const DEAD_LETTERS = '/api/dead-letters';
export const REDRIVE = `${DEAD_LETTERS}/redrive`;

/** A workflow whose deliveries are given up; `die` makes an execution of which all are. */
export async function withDead(t: Test, triggers = 1) {
  const worker = await withWorker(t, triggers);
  const { db, call, execute, plan, claim } = worker;
  const kill = async (ids: string[], how: object = exhausted, run = 1) => {
    for (const id of ids) await recordAttempts(db, [attempt(await claim(id, run), { ...exhausted, ...how })]);
  };
  const die = async (how: object = {}) => {
    const executionId = await execute();
    const deliveryIds = await plan(executionId);
    await kill(deliveryIds, how);
    return { executionId, deliveryIds, id: deliveryIds[0] ?? '' };
  };
  const begin = (body: object = {}) =>
    call('POST', REDRIVE, { body: { filter: {}, ratePerSecond: 1_000, ...body } });
  const showReplay = (id: string) => call('GET', `/api/replays/${id}`);
  const listed = async (query = '') =>
    itemsOf(await call('GET', `${DEAD_LETTERS}${query}`)).map((item) => item.id);
  /** Of executions, by their ids. */
  const runs = async () => {
    const rows = await db.selectFrom('workflow_executions').select(['id', 'run', 'state']).execute();
    return new Map(rows.map((row) => [row.id, `${row.state} ${row.run}`]));
  };
  return { ...worker, kill, die, begin, showReplay, listed, runs };
}
