import { mock } from 'node:test';
import { LEASE_MS, LeaseKeeper } from '../../src/execute/leases.ts';
import t from '../helpers/tap.ts';

// Three renewals fit into a lease, so one may fail.
const RENEW_MS = LEASE_MS / 3;

t.beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
t.afterEach(() => mock.timers.reset());

function keeper(error: Error | null = null) {
  const renewed: string[][] = [];
  const errors: unknown[] = [];
  const leases = new LeaseKeeper({
    renew: async (tokens, leaseMs) => {
      t.equal(leaseMs, LEASE_MS);
      renewed.push(tokens);
      if (error) throw error;
    },
    onError: (error) => errors.push(error),
  });
  return { leases, renewed, errors };
}

t.test('all that are held are renewed in one statement, and what was released is not', async (t) => {
  const { leases, renewed } = keeper();
  leases.hold('a');
  leases.hold('b');
  mock.timers.tick(RENEW_MS);
  leases.release('a');
  mock.timers.tick(RENEW_MS);
  leases.release('b');
  mock.timers.tick(RENEW_MS);
  leases.hold('c');
  mock.timers.tick(RENEW_MS);
  t.same(renewed, [['a', 'b'], ['b'], ['c']]);
  leases.release('c');
});

t.test('what is short is never renewed', (t) => {
  const { leases, renewed } = keeper();
  leases.hold('a');
  mock.timers.tick(RENEW_MS - 1);
  leases.release('a');
  leases.release('a');
  mock.timers.tick(RENEW_MS);
  t.same(renewed, []);
  t.end();
});

t.test('a renewal that fails is told, and the next one is tried', async (t) => {
  const error = new Error('away');
  const { leases, renewed, errors } = keeper(error);
  leases.hold('a');
  mock.timers.tick(RENEW_MS);
  await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(RENEW_MS);
  await new Promise((resolve) => setImmediate(resolve));
  leases.release('a');
  t.same(renewed, [['a'], ['a']]);
  t.same(errors, [error, error]);
});
