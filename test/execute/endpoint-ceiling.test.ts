import { EndpointCeiling } from '../../src/execute/endpoint-ceiling.ts';
import t from '../helpers/tap.ts';

function open(limit = 2) {
  const clock = { ms: 0 };
  const reached: string[] = [];
  const ceiling = new EndpointCeiling({
    limit: () => limit,
    onReached: (id) => reached.push(id),
    now: () => clock.ms,
  });
  const endpoint = { endpointId: 'e', organizationId: 'o' };
  return {
    clock,
    reached,
    ceiling,
    begin: () => ceiling.begin(endpoint),
    putOffMs: () => ceiling.putOffMs(endpoint),
  };
}

t.test('quick calls have no ceiling, slow ones have', async (t) => {
  const { clock, reached, ceiling, begin, putOffMs } = open();
  for (let i = 0; i < 5; i++) begin();
  t.equal(putOffMs(), null);
  clock.ms = 999;
  t.equal(putOffMs(), null);
  clock.ms = 1_000;
  t.equal(putOffMs(), 1_000);
  t.same(reached, ['o']);
  t.equal(ceiling.putOffMs({ endpointId: 'other', organizationId: 'o' }), null);
  t.equal(ceiling.used('o'), 5);
  t.same([...ceiling.keys()], ['o']);
});

t.test('an endpoint that was slow is until it was quick', async (t) => {
  const { clock, begin, putOffMs } = open();
  const [first, second] = [begin(), begin()];
  clock.ms = 2_000;
  first();
  t.equal(putOffMs(), null, 'a place is free');
  const third = begin();
  clock.ms = 2_100;
  second();
  const fourth = begin();
  t.type(putOffMs(), 'number', 'although neither has taken long yet');
  third();
  t.equal(putOffMs(), null);
  begin();
  t.equal(putOffMs(), null);
  fourth();
});

t.test('those who wait come by turns, and none for longer than five minutes', async (t) => {
  const { clock, begin, putOffMs } = open();
  begin();
  begin();
  clock.ms = 5_000;
  t.same(Array.from({ length: 5 }, putOffMs), [1_000, 1_000, 1_500, 2_000, 2_500]);
  for (let i = 0; i < 1_000; i++) putOffMs();
  t.equal(putOffMs(), 300_000);
  clock.ms = 600_000;
  t.equal(putOffMs(), 1_000, 'the turns go by');
});

t.test('nothing is left of an endpoint that is not called', async (t) => {
  const { ceiling, begin } = open();
  const end = begin();
  end();
  end();
  t.equal(ceiling.used('o'), 0);
  t.same([...ceiling.keys()], []);
});
