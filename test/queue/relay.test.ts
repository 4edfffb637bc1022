import type { Enqueued } from '../../src/queue/producer.ts';
import { createRelay, type RelaySource } from '../../src/queue/relay.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';
import {
  createRows,
  newJobs,
  onBothBackends,
  openProducer,
  recordLog,
  SOMEBODY,
  startRelay,
  startWorkers,
} from './backends.ts';

onBothBackends('it fills the queue to the mark and no further, and drains all', async (t, { backend }) => {
  const rows = createRows(newJobs(400), 60_000);
  const { producer } = openProducer(t, { backend, highWater: 150 });
  const { log } = recordLog();
  const relay = createRelay({ source: rows.source, producer, log, batch: 100 });
  await eventually('the queue answers', () => producer.accepting(SOMEBODY));
  t.equal(await relay.tick(), 100);
  t.equal(await relay.tick(), 50);
  t.equal(await relay.tick(), 0);
  t.equal(await producer.depth(), 150);
  startWorkers(t, backend, async (job) => {
    rows.finish(job);
  });
  startRelay(t, rows.source, producer);
  await eventually('all are done', () => rows.left() === 0);
});

const queue = (answer: Enqueued, room = 1_000) => {
  const enqueued: string[] = [];
  return {
    enqueued,
    room: async () => room,
    shortOf: () => new Map<string, number>(),
    enqueue: async (jobs: { id: string }[]) => {
      enqueued.push(...jobs.map((job) => job.id));
      return answer;
    },
  };
};

t.test('what the queue did not take is due again', async (t) => {
  const { log } = recordLog();
  const rows = createRows(newJobs(3), 60_000);
  const down = queue({ status: 'unavailable', error: new Error('gone') });
  t.equal(await createRelay({ source: rows.source, producer: down, log }).tick(), 0);
  const up = queue({ status: 'enqueued' });
  t.equal(await createRelay({ source: rows.source, producer: up, log }).tick(), 3);
  t.strictSame(up.enqueued, down.enqueued);
});

t.test('nothing is taken while there is no room', async (t) => {
  const { log } = recordLog();
  const rows = createRows(newJobs(3));
  const full = queue({ status: 'enqueued' }, 0);
  t.equal(await createRelay({ source: rows.source, producer: full, log }).tick(), 0);
  t.strictSame(full.enqueued, []);
});

t.test('rounds never overlap', async (t) => {
  const { log } = recordLog();
  let taking = 0;
  let most = 0;
  let rounds = 0;
  const source: RelaySource = {
    async takeDue() {
      taking += 1;
      most = Math.max(most, taking);
      await new Promise(setImmediate);
      taking -= 1;
      rounds += 1;
      return newJobs(1);
    },
    release: async () => {},
  };
  const relay = createRelay({
    source,
    producer: queue({ status: 'enqueued' }),
    log,
    intervalMs: 1,
    batch: 1,
  });
  relay.start();
  relay.start();
  await eventually('some rounds', async () => {
    await Promise.all([relay.tick(), relay.tick()]);
    return rounds > 50;
  });
  await relay.stop();
  await relay.stop();
  t.equal(most, 1);
  const after = rounds;
  await new Promise(setImmediate);
  t.equal(rounds, after, 'stopped');
});

t.test('it goes on after faults, and tells them once', async (t) => {
  let faults = 3;
  const rows = createRows(newJobs(2));
  const source: RelaySource = {
    async takeDue(limit, places) {
      faults -= 1;
      if (faults >= 0) throw new Error('no database');
      return rows.source.takeDue(limit, places);
    },
    release: rows.source.release,
  };
  const producer = queue({ status: 'enqueued' });
  const { messages } = startRelay(t, source, producer);
  await eventually('both are enqueued', () => producer.enqueued.length === 2);
  t.strictSame(messages(), ['relay.unavailable', 'relay.recovered']);
});
