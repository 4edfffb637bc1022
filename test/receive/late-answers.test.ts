import { LateAnswers } from '../../src/receive/late-answers.ts';
import { markAnswered, writeIngestBatch } from '../../src/store/ingest.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/eventually.ts';
import { ingestRow, insertWorkflow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';

t.test('a request that was answered 503 says so, even when its row comes after the first look', async (t) => {
  const { pool, db } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const [early, late] = [ingestRow(workflowId), ingestRow(workflowId)];
  const faults: unknown[] = [];
  const looks: string[][] = [];
  const answers = new LateAnswers({
    async mark(logIds, status) {
      const found = await markAnswered(pool, logIds, status);
      looks.push(found);
      return found;
    },
    onError: (error) => faults.push(error),
  });
  await writeIngestBatch(pool, [early]);
  answers.add([early.logId, late.logId]);
  await eventually('the first look', () => looks.length === 1);
  await writeIngestBatch(pool, [late]);
  await eventually('the second look', () => looks.length === 2);
  await answers.close();

  t.same(looks, [[early.logId], [late.logId]]);
  const rows = await db.selectFrom('webhook_logs').select('answered_status').execute();
  t.same(rows, [{ answered_status: 503 }, { answered_status: 503 }]);
  t.same(faults, []);
});

t.test('what is not looked for yet is when it closes', async (t) => {
  const marked: string[][] = [];
  const answers = new LateAnswers({
    async mark(logIds) {
      marked.push(logIds);
      return [];
    },
    onError: (error) => t.fail(String(error)),
  });
  answers.add(['a']);
  await answers.close();
  t.same(marked, [['a']]);
});

t.test('a database that does not answer is asked again; closing asks once more, and ends', async (t) => {
  const asked: string[][] = [];
  const faults: unknown[] = [];
  const answers = new LateAnswers({
    async mark(logIds) {
      asked.push(logIds);
      throw new Error('away');
    },
    onError: (error) => faults.push(error),
  });
  answers.add(['a']);
  answers.add(['b']);
  await eventually('it is asked twice', () => faults.length === 2);
  await answers.close();
  t.same(asked, [
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ]);
  t.equal(faults.length, 3);
});

t.test('closing waits for a look that is under way', async (t) => {
  let finish: (found: string[]) => void = () => undefined;
  let looks = 0;
  const answers = new LateAnswers({
    mark: () => {
      looks++;
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    onError: (error) => t.fail(String(error)),
  });
  answers.add(['a']);
  await eventually('the first look', () => looks === 1);
  let closed = false;
  const closing = answers.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.notOk(closed);
  finish(['a']);
  await closing;
  t.equal(looks, 1);
});
