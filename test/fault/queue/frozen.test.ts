import { eventually } from '../../helpers/eventually.ts';
import { newJob, onBothServers, openProducer, SOMEBODY, startWorkers } from '../../queue/backends.ts';

onBothServers('a frozen server costs nobody more than a second', async (t, { backend, freeze, thaw }) => {
  const dropped: string[] = [];
  const onDropped = (jobs: { id: string }[]) => dropped.push(...jobs.map((job) => job.id));
  const { producer } = openProducer(t, { backend, onDropped });
  await eventually('it is accepting', () => producer.accepting(SOMEBODY));
  await freeze();
  t.teardown(thaw);
  const offered = newJob();
  t.ok(producer.offer([offered]), 'it is not known yet');
  const startedAt = performance.now();
  t.match(await producer.enqueue([newJob()]), { status: 'unavailable' });
  await eventually('what was offered is given back', () => dropped.includes(offered.id));
  let accepted = 0;
  for (let calls = 0; calls < 1_000; calls += 1) {
    const { status } = await producer.enqueue([newJob()]);
    if (status === 'enqueued' || producer.accepting(SOMEBODY) || producer.offer([newJob()])) accepted += 1;
  }
  t.equal(accepted, 0);
  t.ok(performance.now() - startedAt < 20_000, 'a thousand calls did not wait for a second each');
  await thaw();
  const workers = startWorkers(t, backend);
  const job = newJob();
  await eventually('it answers again', async () => (await producer.enqueue([job])).status === 'enqueued');
  await eventually('it is handled', () => workers.count(job.id) === 1);
});
