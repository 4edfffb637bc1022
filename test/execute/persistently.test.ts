import { persistently } from '../../src/execute/persistently.ts';
import t from '../helpers/tap.ts';

const fault = (code: string) => Object.assign(new Error(code), { code });

/** Fails with these, one after the other, and then answers. */
function failing(...errors: Error[]) {
  let calls = 0;
  return {
    calls: () => calls,
    async call() {
      const error = errors[calls++];
      if (error) throw error;
      return 'done';
    },
  };
}

t.test('a database that is away is asked again', async (t) => {
  const { call, calls } = failing(fault('ECONNREFUSED'), fault('57P03'), new Error('Connection terminated'));
  t.equal(await persistently(60_000, call), 'done');
  t.equal(calls(), 4);
});

t.test('what would fail again is not tried again', async (t) => {
  for (const error of [fault('23505'), fault('42P01'), new TypeError('a bug')]) {
    const { call, calls } = failing(error);
    await t.rejects(persistently(60_000, call), error);
    t.equal(calls(), 1);
  }
});

t.test('it gives up when its time is over, with the last error', async (t) => {
  const errors = Array.from({ length: 100 }, () => fault('ECONNREFUSED'));
  const { call, calls } = failing(...errors);
  await t.rejects(persistently(120, call), { code: 'ECONNREFUSED' });
  t.ok(calls() >= 2 && calls() < 10, `${calls()} calls`);
});
