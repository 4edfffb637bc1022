import type { RunStep } from '../../src/n8n/sync/run-step.ts';
import { createSyncRunner } from '../../src/n8n/sync/runner.ts';
import t from '../helpers/tap.ts';

t.test(
  'steps follow each other while there is something to do, through faults, and end with a stop',
  async (t) => {
    const lines: string[] = [];
    const write = (_fields: object, message: string) => {
      lines.push(message);
    };
    const script: (RunStep | Error)[] = [
      { status: 'moved', runId: 'r' },
      { status: 'idle' },
      new Error('no database'),
      { status: 'waiting', runId: 'r' },
      { status: 'ended', runId: 'r' },
    ];
    let pending = 0;
    let done: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      done = resolve;
    });
    const runner = createSyncRunner({
      log: { info: write, warn: write, error: write },
      intervalMs: 1,
      stepRun: async () => {
        const next = script.shift() ?? { status: 'idle' };
        if (script.length === 0) done();
        if (next instanceof Error) throw next;
        return next;
      },
      sendPending: async () => {
        pending++;
        return 'idle';
      },
    });
    runner.start();
    runner.start();
    await all;
    await runner.stop();
    await runner.stop();
    const stopped = pending;
    t.ok(stopped > 0);
    t.same(lines, ['sync.runs.unavailable', 'sync.runs.recovered', 'sync.run_ended']);
    await new Promise(setImmediate);
    t.equal(pending, stopped);
  },
);
