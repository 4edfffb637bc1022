import { newId } from '../../src/domain/ids.ts';
import { createEventSender, type EventSenderPorts } from '../../src/execute/event-sender.ts';
import type { ClaimedEvents, EventClaim, LeasedEvent } from '../../src/store/event-claim.ts';
import type { EventAttempt } from '../../src/store/event-record.ts';
import { eventually } from '../helpers/eventually.ts';
import { eventAttempt } from '../helpers/outbox.ts';
import t, { type Test } from '../helpers/tap.ts';

const leased = (overrides: Partial<LeasedEvent> = {}): LeasedEvent => ({
  id: newId(),
  organizationId: newId(),
  endpointId: 'endpoint',
  event: 'e',
  executionId: null,
  hops: null,
  body: Buffer.from('{}'),
  endpoint: null,
  leaseToken: newId(),
  run: 1,
  attempt: 1,
  runAttempt: 1,
  afterLost: false,
  ...overrides,
});

interface Held {
  event: LeasedEvent;
  end: (attempt: EventAttempt) => void;
  fail: (error: Error) => void;
}

/** A sender whose outbox and whose endpoints are the test's. */
function setUp(t: Test, ports: Partial<EventSenderPorts> = {}) {
  const claims: EventClaim[] = [];
  const answers: (ClaimedEvents | Error)[] = [];
  const held: Held[] = [];
  const recorded: string[] = [];
  const freed: string[] = [];
  const leases = new Set<string>();
  const errors: unknown[] = [];
  const sender = createEventSender({
    async claim(claim) {
      claims.push(claim);
      const answer = answers.shift() ?? { leased: [], passedOver: 0 };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    send: (event) => new Promise((end, fail) => held.push({ event, end, fail })),
    async record({ event }) {
      recorded.push(event.id);
      return true;
    },
    leases: { hold: (token) => void leases.add(token), release: (token) => void leases.delete(token) },
    onAttempt: () => undefined,
    freed: (endpointId) => void freed.push(endpointId),
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (fields) => void errors.push(fields),
    },
    ...ports,
  });
  t.teardown(() => sender.stop());
  const claimed = (events: LeasedEvent[], passedOver = 0) => answers.push({ leased: events, passedOver });
  const end = (which: Held | undefined) => which?.end(eventAttempt(which.event));
  return { sender, claims, answers, held, recorded, freed, leases, errors, claimed, end };
}

t.test('what is claimed is sent and recorded, with its lease held meanwhile', async (t) => {
  const { sender, claims, held, recorded, freed, leases, claimed, end } = setUp(t);
  const [plain, gated] = [leased(), leased({ gate: { probe: false } })];
  claimed([plain, gated]);
  sender.start();
  sender.start();
  await eventually('both are sent', () => held.length === 2);
  t.same([...leases].sort(), [plain.leaseToken, gated.leaseToken].sort());
  await eventually('it looks for others', () => claims.length > 1);
  t.same(
    claims[1]?.inHand.map(({ id }) => id),
    [plain.id, gated.id],
  );
  end(held[1]);
  await eventually('one is recorded', () => recorded.length === 1);
  await eventually('its place is free', () => freed.length === 1);
  t.same(freed, ['endpoint']);
  end(held[0]);
  await sender.idle();
  t.same(recorded, [gated.id, plain.id]);
  t.same(freed, ['endpoint'], 'what passed no gate frees no place');
  t.equal(leases.size, 0);
});

t.test('it is woken at once, and does not wait after something was passed over', async (t) => {
  const { sender, claims, held, claimed, end } = setUp(t);
  claimed([], 3);
  claimed([], 1);
  sender.start();
  await eventually('it went on until there was nothing', () => claims.length >= 3);
  claimed([leased()]);
  sender.wake();
  await eventually('what was written is sent', () => held.length === 1);
  end(held[0]);
  await sender.idle();
});

t.test('a failure to send or to claim stops nothing', async (t) => {
  const { sender, answers, held, errors, recorded, claimed, end, leases } = setUp(t);
  answers.push(new Error('the database is away'));
  claimed([leased()]);
  claimed([leased()]);
  sender.start();
  await eventually('both are sent', () => held.length === 2);
  held[0]?.fail(new Error('unheard of'));
  await eventually('it is told', () => errors.length === 1);
  end(held[1]);
  await sender.idle();
  t.equal(recorded.length, 1);
  t.equal(leases.size, 0);
});

t.test('who stops takes no more and finishes what is under way', async (t) => {
  const { sender, claims, held, recorded, claimed, end } = setUp(t);
  claimed([leased()]);
  sender.start();
  await eventually('one is sent', () => held.length === 1);
  await sender.stop();
  const looks = claims.length;
  sender.wake();
  let isIdle = false;
  const idle = sender.idle().then(() => {
    isIdle = true;
  });
  t.equal(isIdle, false);
  end(held[0]);
  await idle;
  t.equal(recorded.length, 1);
  t.equal(claims.length, looks);
});

t.test(
  'the share of an endpoint shrinks when many are under way, and there is an end to how many',
  async (t) => {
    const { sender, claims, held, claimed, end } = setUp(t);
    const many = (count: number) => Array.from({ length: count }, () => leased());
    claimed(many(100));
    claimed(many(100));
    sender.start();
    await eventually('all are sent', () => held.length === 200);
    t.match(claims[0], { share: { free: 4, paced: 16 } });
    t.equal(claims[0]?.leaseTokens.length, 200);
    t.match(claims[1], { share: { free: 1, paced: 4 } });
    t.equal(claims[1]?.leaseTokens.length, 100);
    const looks = claims.length;
    t.equal(looks, 2);
    end(held[0]);
    await eventually('one has ended, so it looks for one', () => claims.length > looks);
    t.equal(claims[looks]?.leaseTokens.length, 1);
    for (const each of held) end(each);
    await sender.idle();
  },
);
