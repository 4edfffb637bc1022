import { createMetrics, type MetricSources } from '../../src/operate/metrics.ts';
import t from '../helpers/tap.ts';

const sources: MetricSources = {
  oldestDueSeconds: async () => 12.5,
  queueDepth: async () => 7,
  ingestWaitingRows: () => 3,
  eventStreams: () => 2,
  events: { waiting: async () => 9 },
  alerts: { open: async () => 6 },
};

/** The samples of a scrape by their name and labels. */
async function scrape(metrics: ReturnType<typeof createMetrics>): Promise<Map<string, number>> {
  const lines = (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

t.test('what happened is counted under its labels', async (t) => {
  const metrics = createMetrics(sources);
  metrics.webhookAccepted(false);
  metrics.webhookAccepted(true);
  metrics.webhookAccepted(false);
  metrics.webhookRefused('signature_mismatch');
  const requests = metrics.httpRequests('GET', '/a');
  requests(200);
  requests(200);
  requests(404);
  metrics.attempted({ outcome: 'delivered', result: 'succeeded', seconds: 0.2 });
  metrics.attempted({ outcome: 'timeout', result: 'ambiguous', seconds: 30 });
  metrics.executed({ state: 'succeeded', seconds: 0.3 });
  metrics.committed({ rows: 40, seconds: 0.004 });
  metrics.eventSent('succeeded');
  metrics.eventSent('retrying');
  metrics.eventSent('retrying');
  metrics.alertFiring('execution_overdue');
  metrics.queueUnavailable();
  metrics.rateLimitUnavailable();
  const samples = await scrape(metrics);
  const expected = {
    'hookgate_webhooks_total{result="accepted",code="accepted"}': 2,
    'hookgate_webhooks_total{result="accepted",code="duplicate"}': 1,
    'hookgate_webhooks_total{result="refused",code="signature_mismatch"}': 1,
    'hookgate_http_requests_total{method="GET",route="/a",status="200"}': 2,
    'hookgate_http_requests_total{method="GET",route="/a",status="404"}': 1,
    'hookgate_deliveries_total{outcome="delivered"}': 1,
    'hookgate_deliveries_total{outcome="timeout"}': 1,
    'hookgate_attempt_seconds_count{result="ambiguous"}': 1,
    'hookgate_attempt_seconds_sum{result="ambiguous"}': 30,
    'hookgate_execution_seconds_count{state="succeeded"}': 1,
    hookgate_commit_seconds_sum: 0.004,
    'hookgate_commit_batch_rows_bucket{le="20"}': 0,
    'hookgate_commit_batch_rows_bucket{le="50"}': 1,
    'hookgate_events_sent_total{result="succeeded"}': 1,
    'hookgate_events_sent_total{result="retrying"}': 2,
    hookgate_events_waiting: 9,
    'hookgate_alerts_total{kind="execution_overdue"}': 1,
    hookgate_alerts_open: 6,
    hookgate_queue_unavailable_total: 1,
    hookgate_rate_limit_unavailable_total: 1,
    hookgate_oldest_due_seconds: 12.5,
    hookgate_queue_depth: 7,
    hookgate_ingest_waiting_rows: 3,
    hookgate_event_streams: 2,
  };
  for (const [name, value] of Object.entries(expected)) t.equal(samples.get(name), value, name);
  t.ok((samples.get('nodejs_eventloop_lag_p99_seconds') ?? -1) >= 0);
  t.ok((samples.get('process_cpu_seconds_total') ?? -1) >= 0);
});

t.test('counters do not forget between scrapes', async (t) => {
  const metrics = createMetrics(sources);
  const name = 'hookgate_webhooks_total{result="accepted",code="accepted"}';
  t.equal((await scrape(metrics)).get(name), 0, 'there from the start');
  metrics.webhookAccepted(false);
  t.equal((await scrape(metrics)).get(name), 1);
  metrics.webhookAccepted(false);
  t.equal((await scrape(metrics)).get(name), 2);
});

t.test('two of them do not share anything', async (t) => {
  const [one, other] = [createMetrics(sources), createMetrics(sources)];
  one.queueUnavailable();
  t.equal((await scrape(other)).get('hookgate_queue_unavailable_total'), 0);
});

t.test('a gauge whose source fails is absent, and comes back', async (t) => {
  let fail = true;
  const metrics = createMetrics({
    ...sources,
    queueDepth: async () => {
      if (fail) throw new Error('Redis is away');
      return 4;
    },
    ingestWaitingRows: () => {
      if (fail) throw new Error('not yet there');
      return 5;
    },
  });
  const before = await scrape(metrics);
  t.notOk(before.has('hookgate_queue_depth') || before.has('hookgate_ingest_waiting_rows'));
  t.equal(before.get('hookgate_oldest_due_seconds'), 12.5, 'the others are not held up');
  fail = false;
  const after = await scrape(metrics);
  t.equal(after.get('hookgate_queue_depth'), 4);
  t.equal(after.get('hookgate_ingest_waiting_rows'), 5);
});

t.test('a source that hangs is asked once, whatever the number of scrapes', async (t) => {
  let asked = 0;
  let answer = (_seconds: number) => {};
  const metrics = createMetrics({
    ...sources,
    oldestDueSeconds: () => {
      asked++;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  const scrapes = await Promise.all([scrape(metrics), scrape(metrics)]);
  t.notOk(scrapes.some((samples) => samples.has('hookgate_oldest_due_seconds')));
  t.equal(asked, 1);
  const next = scrape(metrics);
  answer(9);
  t.equal((await next).get('hookgate_oldest_due_seconds'), 9);
  t.equal(asked, 1);
});

t.test('what endpoints hold is shown where it is known', async (t) => {
  let asked = 0;
  const held = async () => {
    asked += 1;
    return { pace: 4, circuit: 5 };
  };
  const metrics = createMetrics({ ...sources, gates: { held, openCircuits: async () => 1 } });
  const samples = await scrape(metrics);
  t.equal(asked, 1, 'counted once for both');
  await scrape(metrics);
  t.equal(asked, 2);
  t.equal(samples.get('hookgate_paced_deliveries'), 4);
  t.equal(samples.get('hookgate_circuit_deliveries'), 5);
  t.equal(samples.get('hookgate_open_circuits'), 1);
  t.notOk((await scrape(createMetrics(sources))).has('hookgate_open_circuits'));
});
