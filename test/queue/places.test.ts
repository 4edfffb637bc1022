import { Places } from '../../src/queue/places.ts';
import t from '../helpers/tap.ts';

t.test('one alone has half of the places, two a third each', async (t) => {
  const places = new Places(900);
  let depth = 0;
  const fill = (id: string) => {
    let count = 0;
    for (; places.left(id, depth) > 0; count++, depth++) places.queued(id);
    return count;
  };
  t.equal(fill('a'), 450);
  t.equal(fill('b'), 225);
  t.equal(places.left('c', depth), 113);
  t.equal(places.left('a', depth), 0);
  places.remain(0.5);
  depth /= 2;
  t.ok(places.left('a', depth) > 0, 'what was taken off makes room');
});

t.test('those of whom many stand there have later turns', async (t) => {
  const places = new Places(1_000);
  const turns = Array.from({ length: 201 }, () => places.queued('a'));
  t.same([turns[0], turns[99], turns[100], turns[200]], [0, 0, 1, 2]);
  t.equal(places.queued('b'), 0);
});

t.test('what was taken off the queue and waits keeps its place', async (t) => {
  const places = new Places(1_000);
  places.waits('a', 400);
  t.equal(places.free(0), 600);
  t.equal(places.left('a', 0), 100);
  t.equal(places.left('b', 0), 300);
  t.same([...places.shortOf(500, 0)], [['a', 100]]);
  places.waits('a', 60);
  t.same([...places.shortOf(500, 0)], [['a', 0]], 'a few are not worth a query');
  places.waits('a', -460);
  t.same([...places.shortOf(500, 0)], []);
});
