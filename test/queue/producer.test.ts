import { eventually } from '../helpers/eventually.ts';
import { newJob, newJobs, onBothBackends, openProducer, SOMEBODY, startWorkers } from './backends.ts';

onBothBackends('above the high-water mark nothing is accepted', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend, highWater: 20 });
  await eventually('it is accepting', () => producer.accepting(SOMEBODY));
  t.equal(await producer.room(), 20);
  await producer.enqueue(newJobs(15));
  t.equal(await producer.room(), 5, 'what was added counts at once');
  t.ok(producer.offer(newJobs(5)));
  t.notOk(producer.accepting(SOMEBODY), 'so does what was offered');
  await eventually('they are added', async () => (await producer.depth()) === 20);
  t.notOk(producer.accepting(SOMEBODY));
  t.equal(await producer.room(), 0);
  startWorkers(t, backend);
  await eventually('the workers made room', () => producer.accepting(SOMEBODY));
  await eventually('all of it', async () => (await producer.room()) === 20);
});

onBothBackends('duplicates fill the queue only until the next count', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend, highWater: 10 });
  const job = newJob();
  await producer.enqueue(Array(50).fill(job));
  t.notOk(producer.accepting(SOMEBODY));
  await eventually('they are counted as one', async () => (await producer.room()) === 9);
});

onBothBackends('more than the buffer holds is refused as a whole', async (t, { backend }) => {
  const dropped: string[] = [];
  const onDropped = (jobs: { id: string }[]) => dropped.push(...jobs.map((job) => job.id));
  const { producer } = openProducer(t, { backend, capacity: 100, onDropped });
  await eventually('it is accepting', () => producer.accepting(SOMEBODY));
  t.ok(producer.offer(newJobs(60)));
  const tooMany = newJobs(60);
  t.notOk(producer.offer(tooMany));
  t.ok(producer.offer(newJobs(40)));
  await eventually('what was too much is given back', () => dropped.length > 0);
  t.same(
    dropped,
    tooMany.map((job) => job.id),
  );
  await eventually('the hundred are added', async () => (await producer.depth()) === 100);
});

onBothBackends('closing adds what was taken', async (t, { backend }) => {
  const { producer } = openProducer(t, { backend });
  await eventually('it is accepting', () => producer.accepting(SOMEBODY));
  t.ok(producer.available());
  t.ok(producer.offer(newJobs(1_200)));
  await producer.close();
  t.notOk(producer.offer([newJob()]));
  t.notOk(producer.accepting(SOMEBODY));
  const { producer: other } = openProducer(t, { backend });
  t.equal(await other.depth(), 1_200);
});
