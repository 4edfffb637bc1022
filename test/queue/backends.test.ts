import { eventually } from '../helpers/eventually.ts';
import { newJob, newJobs, onBothBackends, openProducer, SOMEBODY, startWorkers } from './backends.ts';

onBothBackends(
  'a job is handled exactly once, and what was added comes back unchanged',
  async (t, { backend }) => {
    const { producer } = openProducer(t, { backend });
    const workers = startWorkers(t, backend);
    const jobs = [...newJobs(700), newJob({ kind: 'delivery', run: 7 })];
    t.strictSame(await producer.enqueue(jobs), { status: 'enqueued' });
    await eventually('all are handled', () => workers.handled.length >= jobs.length);
    await eventually('the queue is empty', async () => (await producer.depth()) === 0);
    const sorted = (list: object[]) => list.map((job) => JSON.stringify(job)).sort();
    t.strictSame(sorted(workers.handled), sorted(jobs));
    t.equal(workers.pool.running(), 0);
  },
);

onBothBackends('adding what waits or runs already changes nothing', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend });
  const job = newJob();
  const [first, second, third] = await Promise.all([1, 2, 3].map(() => producer.enqueue([job, job])));
  t.strictSame([first, second, third], Array(3).fill({ status: 'enqueued' }));
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const workers = startWorkers(t, backend, () => held);
  await eventually('it runs', () => workers.pool.running() === 1);
  await producer.enqueue([job]);
  const last = newJob();
  await producer.enqueue([last]);
  release();
  await eventually('the last one is handled', () => workers.count(last.id) === 1);
  t.equal(workers.count(job.id), 1);
});

onBothBackends('what has ended can be added again, whether it succeeded or threw', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend });
  const job = newJob();
  const workers = startWorkers(t, backend, async () => {
    if (workers.handled.length === 2) throw new Error('no luck');
  });
  for (let times = 1; times <= 3; times += 1) {
    // The job is removed a moment after its handler returned, so a single add may come too early.
    await eventually(`handled ${times} times`, async () => {
      await producer.enqueue([job]);
      return workers.handled.length >= times;
    });
  }
  const failed = workers.lines.filter((line) => line.message === 'job.failed');
  t.match(failed, [{ fields: { ...job, error: 'no luck' } }]);
  await eventually('nothing is kept', async () => (await producer.depth()) === 0);
});

onBothBackends('a retried row is another job than the run before', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend });
  const job = newJob();
  await producer.enqueue([job, { ...job, run: 2 }, { ...job, kind: 'delivery' }]);
  // An estimate, until a count begins after they were added.
  await eventually('three jobs wait', async () => (await producer.depth()) === 3);
});

onBothBackends('closing waits for the jobs in hand and takes no others', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const workers = startWorkers(t, backend, () => held);
  await producer.enqueue(newJobs(25));
  await eventually('ten run', () => workers.pool.running() === 10);
  await workers.pool.pause();
  const closing = workers.pool.close(20_000);
  release();
  t.strictSame(await closing, { drained: true });
  t.equal(workers.handled.length, 10);
  await eventually('the others still wait', async () => (await producer.depth()) === 15);
  t.strictSame(await workers.pool.close(1), { drained: true }, 'closing again is harmless');
});

onBothBackends('closing gives up on a job that does not end', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const workers = startWorkers(t, backend, () => held);
  await producer.enqueue([newJob()]);
  await eventually('it runs', () => workers.pool.running() === 1);
  t.strictSame(await workers.pool.close(50), { drained: false });
  release();
});

onBothBackends('work of another version is refused aloud and removed', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend });
  const workers = startWorkers(t, backend);
  const sink = await backend.openSink({ unavailable: () => {}, healthy: () => {}, error: () => {} });
  t.teardown(() => sink.close());
  await sink.add([newJob({ run: 0.5 })]);
  await eventually('it is refused', () => workers.messages().includes('job.refused'));
  await eventually('it is gone', async () => (await producer.depth()) === 0);
  t.equal(workers.handled.length, 0);
});

onBothBackends('jobs that are paced let others go first, and count as waiting', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend, highWater: 60 });
  const paced = newJobs(40).map((job) => ({ ...job, isPaced: true }));
  await producer.enqueue(paced);
  await eventually('all wait', async () => (await producer.depth()) === 40);
  t.notOk(producer.accepting(SOMEBODY, true), 'they fill the queue to the half');
  t.ok(producer.accepting(SOMEBODY), 'which leaves room for others');
  const other = newJob();
  await producer.enqueue([other]);
  const workers = startWorkers(t, backend);
  await eventually('all are handled', () => workers.handled.length === 41);
  const place = workers.handled.findIndex(({ id }) => id === other.id);
  // Ten are fetched at once, each on its own.
  t.ok(place < 10, `the other was number ${place + 1}`);
});

onBothBackends(
  'whoever has few jobs on the queue is not behind the many of another',
  async (t, { backend }) => {
    const { producer } = openProducer(t, { backend });
    const [many, few] = [newJob(), newJob()];
    await producer.enqueue(newJobs(300).map((job) => ({ ...job, organizationId: many.organizationId })));
    await producer.enqueue([few]);
    await eventually('all wait', async () => (await producer.depth()) === 301);
    const workers = startWorkers(t, backend);
    await eventually('all are done', () => workers.handled.length === 301);
    const place = workers.handled.findIndex(({ id }) => id === few.id);
    t.ok(place < 150, `it was the ${place}th`);
  },
);
