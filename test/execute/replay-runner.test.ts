import { createReplayRunner } from '../../src/execute/replay-runner.ts';
import type { ReplayStep } from '../../src/store/replay-step.ts';
import t from '../helpers/tap.ts';

function record() {
  const lines: string[] = [];
  const write = (_fields: object, message: string) => {
    lines.push(message);
  };
  return { lines, log: { info: write, warn: write, error: write } };
}

t.test('steps follow each other while something is due, through faults, and end with a stop', async (t) => {
  const { lines, log } = record();
  const moved: ReplayStep = { status: 'moved', replayId: 'r', replayed: 1, skipped: 0 };
  const script: (ReplayStep | Error)[] = [
    moved,
    { status: 'idle' },
    new Error('no database'),
    moved,
    { status: 'ended', replayId: 'r', state: 'completed' },
  ];
  let under = 0;
  let most = 0;
  let done: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const runner = createReplayRunner({
    log,
    intervalMs: 1,
    step: async () => {
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      under--;
      const next = script.shift() ?? { status: 'idle' };
      if (script.length === 0) done();
      if (next instanceof Error) throw next;
      return next;
    },
  });
  runner.start();
  runner.start();
  await all;
  await runner.stop();
  await runner.stop();
  t.equal(most, 1, 'one at a time');
  t.same(lines, ['replays.unavailable', 'replays.recovered', 'replay.ended']);
});
