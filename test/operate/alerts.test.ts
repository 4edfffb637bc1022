import { createAlertWatch } from '../../src/operate/alerts.ts';
import type { AlertChange } from '../../src/store/alert-events.ts';
import t from '../helpers/tap.ts';

const change = (status: 'firing' | 'resolved'): AlertChange => ({
  status,
  endpointIds: ['endpoint'],
  episode: {
    id: 'episode',
    organizationId: 'organization',
    workflowId: 'workflow',
    kind: 'execution_failures',
    startedAt: new Date(0),
    lastSeenAt: new Date(1),
    endedAt: status === 'firing' ? null : new Date(2),
    endReason: status === 'firing' ? null : 'condition_over',
    details: {
      kind: 'execution_failures',
      counted: { ended: 9, failed: 8, rate: 0.889, outcomes: [], latest: [] },
      threshold: { rate: 0.5, minimum: 5 },
      windowSeconds: 900,
    },
  },
});

/** Looks at what it is given, one after the other, and then at nothing more. */
async function watch(rounds: (AlertChange[] | null | Error)[]) {
  const lines: [level: string, fields: Record<string, unknown>, message: string][] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push([level, fields as Record<string, unknown>, message]);
  };
  const fired: string[] = [];
  let changed = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const loop = createAlertWatch({
    evaluate: async () => {
      const round = rounds.shift();
      if (rounds.length === 0) finish();
      if (round instanceof Error) throw round;
      return round ?? null;
    },
    intervalMs: 1,
    onChanged: () => changed++,
    onFiring: (kind) => fired.push(kind),
    log: { info: write('info'), warn: write('warn'), error: write('error') },
  });
  loop.start();
  await finished;
  await loop.stop();
  return { lines, fired, changed };
}

t.test('what changed is in the log and counted, and whoever sends events is told', async (t) => {
  const { lines, fired, changed } = await watch([[change('firing')], [], null, [change('resolved')]]);
  t.match(lines, [
    [
      'warn',
      {
        kind: 'execution_failures',
        episodeId: 'episode',
        organizationId: 'organization',
        workflowId: 'workflow',
        counted: { failed: 8 },
        endpointIds: ['endpoint'],
      },
      'alert.firing',
    ],
    ['info', { episodeId: 'episode', endReason: 'condition_over' }, 'alert.resolved'],
  ]);
  t.same(fired, ['execution_failures']);
  t.equal(changed, 2, 'not when nothing changed');
});

t.test('a database that is away is waited for', async (t) => {
  const { lines, fired } = await watch([new Error('away'), [change('firing')]]);
  t.match(lines[0], ['warn', {}, 'alerts.unavailable']);
  t.same(fired, ['execution_failures']);
});
