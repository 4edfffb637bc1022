import { describeFallback, type FallbackAction, nextActions } from '../../src/domain/fallback.ts';
import t from '../helpers/tap.ts';

const known = {
  endpoint: (id: string) =>
    id === 'gone' ? null : { id, name: `name of ${id}`, isActive: !id.startsWith('idle') },
  alerted: [{ id: 'told', name: 'name of told', isActive: true }],
};
const after = (actions: FallbackAction[], step = 0) =>
  nextActions(actions, step, known).map((taken) => [taken.step, taken.type, taken.status]);

t.test('alerts go out on the way to what takes over', async (t) => {
  const actions: FallbackAction[] = [
    { type: 'alert' },
    { type: 'endpoint', endpointId: 'b' },
    { type: 'alert', endpointId: 'c' },
    { type: 'dead_letter' },
  ];
  t.same(after(actions), [
    [1, 'alert', 'sent'],
    [2, 'endpoint', 'begun'],
  ]);
  t.same(after(actions, 2), [
    [3, 'alert', 'sent'],
    [4, 'dead_letter', 'ended'],
  ]);
  t.same(after(actions, 4), []);
  t.same(after([]), []);
  t.same(after(actions, 9), [], 'the list was longer when the step was taken');
});

t.test('an endpoint that is not there or not active is passed over, and it says so', async (t) => {
  const actions: FallbackAction[] = [
    { type: 'endpoint', endpointId: 'gone' },
    { type: 'endpoint', endpointId: 'idle' },
    { type: 'alert', endpointId: 'idle too' },
    { type: 'endpoint', endpointId: 'b' },
  ];
  t.same(nextActions(actions, 0, known).map(describeFallback), [
    'Fallback 1 was skipped, because its endpoint was deleted.',
    'Fallback 2 was skipped, because its endpoint is not active.',
    'Fallback 3 was skipped, because its endpoint is not active.',
    'Fallback 4: it goes to the endpoint "name of b" instead.',
  ]);
});

t.test('whom an alert goes to', async (t) => {
  const told = (alerted: typeof known.alerted, endpointId?: string) =>
    nextActions([{ type: 'alert', ...(endpointId !== undefined && { endpointId }) }], 0, {
      ...known,
      alerted,
    }).map(describeFallback)[0];
  t.equal(told(known.alerted), 'Fallback 1: an alert goes to "name of told".');
  t.equal(told(known.alerted, 'b'), 'Fallback 1: an alert goes to "name of b".');
  t.match(told([]), /in the log only/);
  const many = Array.from({ length: 7 }, (_, i) => ({ id: `${i}`, name: `${i}`, isActive: true }));
  t.match(told(many), /"4" and 2 more\.$/);
});
