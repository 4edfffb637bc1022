import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { DEFAULT_ORGANIZATION_ID } from '../../src/domain/ids.ts';
import { createGateKeeper } from '../../src/execute/gate-keeper.ts';
import { GateOutcomes } from '../../src/execute/gate-outcomes.ts';
import type { Job } from '../../src/execute/worker.ts';
import type { Released } from '../../src/store/gate-release.ts';
import type { OutcomeTally } from '../../src/store/gate-rules.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const job = (id: string): Job => ({ kind: 'delivery', id, run: 1, organizationId: DEFAULT_ORGANIZATION_ID });

t.test('what gates let go is put on the queue, again and again, until it is stopped', async (t) => {
  const answers: Released[] = [
    { work: [job('a')], nextInMs: 0, postponed: [] },
    { work: [job('b')], nextInMs: 10_000, postponed: [] },
  ];
  const asked: string[][] = [];
  const offered: Job[] = [];
  const keeper = createGateKeeper({
    async release(freed) {
      asked.push(freed);
      const answer = answers.shift();
      if (!answer) throw new Error('the database is away');
      return answer;
    },
    offer: (jobs) => void offered.push(...jobs),
    log: silent,
  });
  keeper.start();
  keeper.start();
  await eventually('it looks again when it was told to', () => offered.length === 2);
  keeper.freed('endpoint');
  keeper.freed('endpoint');
  await eventually('a place that came free', () => asked.some((freed) => freed.includes('endpoint')));
  t.equal(asked.filter((freed) => freed.includes('endpoint')).length, 1);
  answers.push(
    { work: [job('c')], nextInMs: 0, postponed: ['endpoint'] },
    { work: [], nextInMs: 0, postponed: [] },
    { work: [job('d')], nextInMs: null, postponed: [] },
  );
  await eventually('it goes on after a fault', () => offered.length === 4);
  t.same(
    asked.slice(2).map((freed) => freed.includes('endpoint')),
    [true, true, true, false, ...asked.slice(6).map(() => false)],
    'a place is told again after a fault, and until something was decided about it',
  );
  await keeper.stop();
  const looks = asked.length;
  keeper.lookSoon();
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(asked.length, looks);
});

t.test('outcomes are told together; failures at once when they may open the circuit', async (t) => {
  const told: OutcomeTally[][] = [];
  const errors: unknown[] = [];
  const faults: Error[] = [];
  const outcomes = new GateOutcomes({
    async count(tallies) {
      const fault = faults.shift();
      if (fault) throw fault;
      told.push(tallies);
      return [];
    },
    onMove: () => undefined,
    onError: (error) => errors.push(error),
  });
  const breaker = { ...DEFAULT_CIRCUIT_BREAKER, minimumAttempts: 3 };
  const base = { endpointId: 'e', breaker, startedMs: 7, probeDeliveryId: null };
  await outcomes.attempted({ ...base, health: 'healthy' });
  await outcomes.attempted({ ...base, health: 'failing' });
  await outcomes.attempted({ ...base, health: 'unknown' });
  await outcomes.attempted({
    ...base,
    endpointId: 'off',
    breaker: { ...breaker, enabled: false },
    health: 'failing',
  });
  t.same(told, []);
  await outcomes.flush();
  const ok = { startedMs: 7, failed: false };
  const failed = { startedMs: 7, failed: true };
  t.same(told, [[{ endpointId: 'e', breaker, outcomes: [ok, failed], probe: null }]]);

  for (let i = 0; i < 3; i += 1) await outcomes.attempted({ ...base, health: 'failing' });
  await eventually('the failures', () => told.length === 2);
  t.same(told[1]?.[0]?.outcomes, [failed, failed, failed]);

  await outcomes.attempted({ ...base, health: 'unknown', probeDeliveryId: 'd' });
  t.match(
    told[2],
    [{ outcomes: { length: 0 }, probe: { deliveryId: 'd', health: 'unknown' } }],
    'a probe is told before it ends',
  );

  faults.push(new Error('the database is away'));
  await outcomes.attempted({ ...base, health: 'failing', probeDeliveryId: 'd' });
  t.equal(errors.length, 1, 'which nobody who sends is troubled with');
});
