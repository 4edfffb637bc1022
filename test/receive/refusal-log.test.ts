import type { Diagnosis, Evidence } from '../../src/receive/diagnosing.ts';
import { RefusalLog, type RefusedRequest } from '../../src/receive/refusal-log.ts';
import { webhookPolicy } from '../../src/receive/webhook-policy.ts';
import type { Refusal, RefusalCount } from '../../src/store/refusals.ts';
import { eventually } from '../helpers/eventually.ts';
import { workflowSnapshot } from '../helpers/snapshots.ts';
import t, { type Test } from '../helpers/tap.ts';

const policy = webhookPolicy(workflowSnapshot(), 1);

const refused = (overrides: Partial<RefusedRequest> = {}): RefusedRequest => ({
  policy,
  requestId: 'r',
  method: 'POST',
  url: '/x?a=1',
  rawHeaders: ['Authorization', 'Bearer secret'],
  bodyBytes: 5,
  sourceIp: '192.0.2.1',
  statusCode: 401,
  errorCode: 'signature_mismatch',
  ...overrides,
});

const fault = (code: string) => Object.assign(new Error(code), { code });

/** A log whose database refuses what `refuses` says. */
function openLog(
  refuses: (item: Refusal | RefusalCount) => Error | null = () => null,
  explain: (evidence: Evidence) => Diagnosis = () => ({ findings: [], secrets: [] }),
) {
  const diagnosed: Evidence[] = [];
  const rows: Refusal[] = [];
  const counts = new Map<string, number>();
  const errors: unknown[] = [];
  const statements = { count: 0 };
  const check = (items: (Refusal | RefusalCount)[]) => {
    statements.count++;
    for (const item of items) {
      const error = refuses(item);
      if (error) throw error;
    }
  };
  const log = new RefusalLog({
    diagnose: async (evidence) => {
      diagnosed.push(evidence);
      return explain(evidence);
    },
    insert: async (items) => {
      check(items);
      rows.push(...items);
    },
    addCounts: async (items) => {
      check(items);
      for (const { errorCode, minuteMs, count } of items) {
        const key = `${errorCode} ${minuteMs}`;
        counts.set(key, (counts.get(key) ?? 0) + count);
      }
    },
    onError: (error) => errors.push(error),
  });
  return { log, rows, counts, errors, statements, diagnosed };
}

/** Stops the clock; the function that it returns sets it. */
function stopClock(t: Test, at: number) {
  const { now } = Date;
  let time = at;
  Date.now = () => time;
  t.teardown(() => {
    Date.now = now;
  });
  return (next: number) => {
    time = next;
  };
}

const MINUTE = 60_000;
const START = 1_700_000_000_000 - (1_700_000_000_000 % MINUTE);

t.test('twenty a minute, workflow and reason are rows, and the rest is counted', async (t) => {
  const setTime = stopClock(t, START + 59_999);
  const { log, rows, counts, statements } = openLog();
  for (let n = 0; n < 25; n++) log.record(refused());
  for (let n = 0; n < 3; n++) log.record(refused({ errorCode: 'rate_limited' }));
  setTime(START + MINUTE);
  for (let n = 0; n < 21; n++) log.record(refused());
  await log.close();
  t.equal(rows.length, 20 + 3 + 20);
  t.same(
    [...counts],
    [
      [`signature_mismatch ${START}`, 5],
      [`signature_mismatch ${START + MINUTE}`, 1],
    ],
  );
  t.equal(statements.count, 2, 'what is refused at once is written at once');
});

t.test('a row has what is needed, and no secret', async (t) => {
  const { log, rows } = openLog();
  const url = '/x?a=1&hub.verify_token=expected&b=2';
  log.record(refused({ url, bodyBytes: Number.MAX_SAFE_INTEGER }));
  await log.close();
  t.match(rows, [
    {
      workflowId: policy.workflow.id,
      organizationId: policy.workflow.organizationId,
      requestId: 'r',
      query: 'a=1&hub.verify_token=[redacted]&b=2',
      headers: '[["Authorization","[redacted]"]]',
      bodyBytes: 2_147_483_647,
      statusCode: 401,
      errorCode: 'signature_mismatch',
    },
  ]);
});

t.test('what the database refuses as data is left out, and takes nothing along', async (t) => {
  stopClock(t, START);
  const { log, rows, counts, errors } = openLog((item) => (item.errorCode === 'bad' ? fault('23503') : null));
  for (let n = 0; n < 22; n++) {
    log.record(refused({ errorCode: 'bad' }));
    log.record(refused({ errorCode: 'good' }));
  }
  await log.close();
  t.equal(rows.filter(({ errorCode }) => errorCode === 'good').length, 20);
  t.same([...counts], [[`good ${START}`, 2]]);
  t.equal(errors.length, 21, 'and each is told');
});

t.test('while the database is away refusals wait, and nothing is counted twice', async (t) => {
  stopClock(t, START);
  let away = true;
  const { log, rows, counts, errors } = openLog(() => (away ? fault('57P01') : null));
  for (let n = 0; n < 30; n++) log.record(refused());
  await eventually('the first try', () => errors.length > 0);
  for (let n = 0; n < 30; n++) log.record(refused());
  away = false;
  await eventually('the next try', () => counts.size > 0);
  await log.close();
  t.equal(rows.length, 20);
  t.equal(new Set(rows.map(({ logId }) => logId)).size, 20);
  t.same([...counts], [[`signature_mismatch ${START}`, 40]]);
});

t.test('rows that wait for a database that stays away are bounded', async (t) => {
  stopClock(t, START);
  let away = true;
  const { log, rows, counts } = openLog(() => (away ? fault('57P01') : null));
  for (let n = 0; n < 6_000; n++) log.record(refused({ errorCode: `e${n}` }));
  away = false;
  await eventually('all are written', () => rows.length + counts.size === 6_000);
  await log.close();
  t.equal(rows.length, 5_000);
});

t.test('closing tries once more, and ends', async (t) => {
  const { log, errors, statements } = openLog(() => fault('57P01'));
  log.record(refused());
  await eventually('the first try', () => errors.length === 1);
  await log.close();
  t.equal(errors.length, 2);
  t.equal(statements.count, 2);
  await log.close();
});

const evidence = (body = Buffer.alloc(0)) => ({ headers: {}, body, publicUrl: 'https://hooks.example.com' });
const FINDING = { code: 'unsigned', proven: false, detail: 'x' } as const;

t.test('what became a row is explained, once, and nothing else is', async (t) => {
  stopClock(t, START);
  let away = true;
  const { log, rows, errors, diagnosed } = openLog(
    () => (away ? fault('57P01') : null),
    () => ({ findings: [FINDING], secrets: [] }),
  );
  for (let n = 0; n < 30; n++) log.record(refused({ evidence: evidence() }));
  log.record(refused({ errorCode: 'rate_limited' }));
  await eventually('the first try', () => errors.length > 0);
  away = false;
  await eventually('the next try', () => rows.length === 21);
  await log.close();
  t.equal(diagnosed.length, 20);
  t.match(diagnosed[0], { policy, reason: 'signature_mismatch', url: 'https://hooks.example.com/x?a=1' });
  t.same(
    rows.map(({ diagnosis }) => diagnosis),
    [...Array<unknown>(20).fill([FINDING]), null],
  );
});

t.test('a secret that is in the request as it is goes no further', async (t) => {
  const secret = 'whsec_"quoted"&secret';
  const { log, rows } = openLog(undefined, () => ({ findings: [], secrets: [secret] }));
  log.record(
    refused({
      url: `/x?a=1&key=${encodeURIComponent(secret)}&b=2&${encodeURIComponent(secret)}`,
      rawHeaders: ['My-Key', `Key ${secret}`, 'Other', secret.slice(6), 'Fine', 'value'],
      evidence: evidence(),
    }),
  );
  await log.close();
  t.match(rows, [
    {
      headers: '[["My-Key","Key [redacted]"],["Other","[redacted]"],["Fine","value"]]',
      query: 'a=1&key=[redacted]&b=2&[redacted]',
    },
  ]);
});

t.test('nor in a form that it has on the wire', async (t) => {
  const secrets = ['ab+cd/efgh==', 'pässword'];
  const { log, rows } = openLog(undefined, () => ({ findings: [], secrets }));
  log.record(
    refused({
      url: '/x?a=b+c&k=ab+cd/efgh==&ab+cd/efgh==&k=p%C3%A4ssword',
      rawHeaders: ['My-Key', Buffer.from('pässword').toString('latin1')],
      evidence: evidence(),
    }),
  );
  await log.close();
  t.match(rows, [
    { headers: '[["My-Key","[redacted]"]]', query: 'a=b+c&k=[redacted]&[redacted]&k=[redacted]' },
  ]);
});

t.test('the bodies that wait are bounded', async (t) => {
  stopClock(t, START);
  const { log, diagnosed } = openLog();
  const body = Buffer.alloc(1_048_576);
  for (let n = 0; n < 20; n++) log.record(refused({ evidence: evidence(body) }));
  log.record(refused({ errorCode: 'large', evidence: evidence(Buffer.alloc(1_048_577)) }));
  await log.close();
  t.equal(diagnosed.filter((held) => held.body !== null).length, 16);
  t.equal(diagnosed.length, 21);
  log.record(refused({ errorCode: 'later', evidence: evidence(body) }));
  await log.close();
  t.not(diagnosed.at(-1)?.body, null, 'what was looked into is let go');
});
