import { decodeJob, encodeJob, type Job, jobId } from '../../src/queue/jobs.ts';
import t from '../helpers/tap.ts';

const id = '0190163d-8694-739b-aea5-966c26f8ad90';
const organizationId = '0190163d-8694-739b-aea5-966c26f8ad91';
const job: Job = { kind: 'execution', id, run: 2, organizationId };

t.test('the id tells table, row and run apart, and BullMQ takes it', async (t) => {
  t.equal(jobId(job), `e-${id}-2`);
  t.equal(jobId({ ...job, kind: 'delivery' }), `d-${id}-2`);
  const ids = [job, { ...job, run: 3 }, { ...job, kind: 'delivery' as const }].map(jobId);
  t.equal(new Set(ids).size, 3);
  for (const text of ids) {
    t.notMatch(text, /:/);
    t.notOk(Number.isInteger(Number(text)));
  }
});

t.test('what is encoded can be read again, through JSON', async (t) => {
  t.strictSame(decodeJob(JSON.parse(JSON.stringify(encodeJob(job)))), { status: 'job', job });
  t.strictSame(encodeJob({ ...job, more: 'than asked' } as Job), { v: 1, ...job }, 'ids only');
});

t.test('jobs of the release before do not say whose they are', async (t) => {
  const { organizationId: _, ...older } = encodeJob(job);
  t.strictSame(decodeJob(older), { status: 'job', job: { ...job, organizationId: '' } });
});

t.test('anything else is refused', async (t) => {
  const good = encodeJob(job);
  const { v: _, ...unversioned } = good;
  const others: unknown[] = [null, 'text', unversioned, { ...good, v: 2 }, { ...good, kind: 'replay' }];
  others.push({ ...good, id: 7 }, { ...good, run: '1' }, { ...good, run: 1.5 });
  for (const data of others) t.match(decodeJob(data), { status: 'refused', reason: String });
});
