import { FailureLimit } from '../../src/receive/failure-limit.ts';
import t from '../helpers/tap.ts';

const WINDOW = 60_000;
const HERE = '203.0.113.7';
const W = { workflowId: 'w', proof: 'a secret' };
const OTHER = { ...W, workflowId: 'other' };

/** A limit with a clock of its own. */
function openLimit(options: { maxFailures?: number; maxAddresses?: number } = {}) {
  let time = 0;
  const limit = new FailureLimit({ maxFailures: 3, windowMs: WINDOW, ...options, now: () => time });
  const fail = (times: number, address = HERE, door = W) => {
    for (let n = 0; n < times; n++) limit.failed(door, address);
  };
  const pass = (ms: number) => {
    time += ms;
  };
  return { limit, fail, pass };
}

t.test('an address that fails too often waits, and nobody else', (t) => {
  const { limit, fail } = openLimit();
  fail(2);
  t.match(limit.standing(W, HERE), { waiting: false });
  fail(1);
  t.same(limit.standing(W, HERE), { waiting: true, retryAfterSeconds: 60, trusted: false });
  t.match(limit.standing(W, '203.0.113.8'), { waiting: false }, 'another address');
  t.match(limit.standing(OTHER, HERE), { waiting: false }, 'another workflow');
  t.match(limit.standing(W, `::ffff:${HERE}`), { waiting: true }, 'the same one, written otherwise');
  t.end();
});

t.test('who failed begins anew when something else has to be proven, and is known all the same', (t) => {
  const { limit, fail } = openLimit();
  limit.authenticated(W, HERE);
  fail(3);
  const changed = { ...W, proof: 'another secret' };
  t.match(limit.standing(changed, HERE), { waiting: false });
  fail(3, HERE, changed);
  t.match(limit.standing(changed, HERE), { waiting: true, trusted: true });
  t.end();
});

t.test('thirty in a minute, unless told otherwise', (t) => {
  const limit = new FailureLimit();
  for (let n = 0; n < 29; n++) limit.failed(W, HERE);
  t.match(limit.standing(W, HERE), { waiting: false });
  limit.failed(W, HERE);
  t.match(limit.standing(W, HERE), { waiting: true, retryAfterSeconds: 60 });
  t.end();
});

t.test('it ends by itself, and what is done meanwhile does not prolong it', (t) => {
  const { limit, fail, pass } = openLimit();
  fail(3);
  for (let n = 0; n < 59; n++) {
    pass(1_000);
    fail(10);
    t.match(limit.standing(W, HERE), { waiting: true, retryAfterSeconds: 59 - n });
  }
  pass(999);
  t.match(limit.standing(W, HERE), { waiting: true, retryAfterSeconds: 1 });
  pass(1);
  t.match(limit.standing(W, HERE), { waiting: false });
  fail(2);
  t.match(limit.standing(W, HERE), { waiting: false }, 'counting begins anew');
  fail(1);
  t.match(limit.standing(W, HERE), { waiting: true });
  t.end();
});

t.test('failures that are far apart add up to nothing', (t) => {
  const { limit, fail, pass } = openLimit();
  for (let n = 0; n < 20; n++) {
    fail(2);
    pass(WINDOW);
  }
  t.match(limit.standing(W, HERE), { waiting: false });
  t.end();
});

t.test('a success ends no waiting, but is remembered', (t) => {
  const { limit, fail, pass } = openLimit();
  fail(2);
  limit.authenticated(W, HERE);
  fail(1);
  t.match(limit.standing(W, HERE), { waiting: true, trusted: true });
  limit.authenticated(W, HERE);
  t.match(limit.standing(W, HERE), { waiting: true, trusted: true });
  fail(3, HERE, OTHER);
  t.match(limit.standing(OTHER, HERE), { trusted: false }, 'with this workflow only');
  pass(9 * 86_400_000);
  fail(3);
  t.match(limit.standing(W, HERE), { waiting: true, trusted: false }, 'not for ever');
  t.end();
});

t.test('an IPv6 address is one with all of its /64', (t) => {
  const { limit } = openLimit();
  for (let n = 0; n < 3; n++) limit.failed(W, `2001:db8:0:1::${n}`);
  t.match(limit.standing(W, '2001:db8:0:1:ffff::9'), { waiting: true });
  t.match(limit.standing(W, '2001:db8:0:2::1'), { waiting: false });
  t.end();
});

t.test('a million addresses do not fill the memory, nor push out who is known', (t) => {
  const { limit, fail } = openLimit({ maxAddresses: 1_000 });
  limit.authenticated(W, HERE);
  for (let n = 0; n < 1_000_000; n++) limit.failed(W, `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`);
  t.equal(limit.size, 1_001);
  fail(3);
  t.match(limit.standing(W, HERE), { waiting: true, trusted: true });
  t.end();
});
