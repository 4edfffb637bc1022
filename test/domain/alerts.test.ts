import { adviceOn } from '../../src/domain/alert-details.ts';
import { ALERT_KINDS, DEFAULT_ALERT_RULES, effectiveRules, quietSeconds } from '../../src/domain/alerts.ts';
import t from '../helpers/tap.ts';

t.test('what rules leave out has its default', async (t) => {
  for (const none of [undefined, null, {}]) t.same(effectiveRules(none), DEFAULT_ALERT_RULES);
  t.same(effectiveRules({ executionFailures: { minimum: 50 }, executionOverdue: { enabled: false } }), {
    ...DEFAULT_ALERT_RULES,
    executionFailures: { enabled: true, rate: 0.5, minimum: 50, windowSeconds: 900 },
    executionOverdue: { enabled: false, afterSeconds: 3_600 },
  });
  const defaults = { ...DEFAULT_ALERT_RULES, executionOverdue: { enabled: false, afterSeconds: 60 } };
  t.same(effectiveRules({ executionOverdue: { enabled: true } }, defaults).executionOverdue, {
    enabled: true,
    afterSeconds: 60,
  });
});

t.test('an episode is over after one window without, and five minutes at the most', async (t) => {
  const rules = effectiveRules({ authenticationFailures: { windowSeconds: 90 } });
  t.same(
    ALERT_KINDS.map((kind) => quietSeconds(kind, rules)),
    [90, 300, 300],
  );
});

t.test('advice names calls of the API', async (t) => {
  for (const kind of ALERT_KINDS) t.match(adviceOn(kind, 'the-id'), /GET \/api\/[^ ]*the-id/);
});
