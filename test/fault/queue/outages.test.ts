import { eventually } from '../../helpers/eventually.ts';
import {
  createRows,
  newJob,
  newJobs,
  onBothBackends,
  onBothServers,
  openProducer,
  SOMEBODY,
  startRelay,
  startWorkers,
} from '../../queue/backends.ts';

onBothBackends(
  'broken connections: nothing is lost that the relay can see',
  async (t, { backend, disturb }) => {
    const rows = createRows(newJobs(600));
    const { producer } = openProducer(t, { backend, highWater: 100 });
    const workers = startWorkers(t, backend, async (job) => {
      rows.finish(job);
    });
    startRelay(t, rows.source, producer);
    for (const left of [450, 300, 150]) {
      await eventually(`${left} are left`, () => rows.left() <= left);
      await disturb();
    }
    await eventually('all are done', () => rows.left() === 0);
    const job = newJob();
    await eventually('it is as before', async () => (await producer.enqueue([job])).status === 'enqueued');
    await eventually('the workers too', () => workers.count(job.id) === 1);
    const outages = workers.messages().filter((message) => message === 'queue.unavailable');
    t.ok(outages.length <= 1, 'told once in ten seconds');
  },
);

onBothServers('a server that is not there yet is waited for', async (t, { backend, stop, restart }) => {
  await stop();
  const { producer, messages } = openProducer(t, { backend });
  const workers = startWorkers(t, backend);
  const job = newJob();
  t.match(await producer.enqueue([job]), { status: 'unavailable' });
  t.notOk(producer.accepting(SOMEBODY));
  t.notOk(producer.offer([job]));
  t.equal(await producer.depth(), null);
  t.equal(await producer.room(), 0);
  await eventually('the workers tell', () => workers.messages().includes('queue.unavailable'));
  await restart();
  await eventually('it is accepting', () => producer.accepting(SOMEBODY));
  t.ok(producer.offer([job]));
  await eventually('it is handled', () => workers.count(job.id) === 1);
  t.ok(messages().includes('queue.recovered'));
  t.ok(workers.messages().includes('queue.recovered'));
});

onBothServers('closing does not wait for a server that is gone', async (t, { backend, stop }) => {
  const { producer } = openProducer(t, { backend });
  const workers = startWorkers(t, backend);
  await producer.enqueue(newJobs(5));
  await eventually('they are handled', () => workers.handled.length === 5);
  await stop();
  await eventually('the producer knows', async () => (await producer.depth()) === null);
  t.strictSame(await workers.pool.close(60_000), { drained: true });
  await producer.close();
  t.match(await producer.enqueue([newJob()]), { status: 'unavailable' });
});
