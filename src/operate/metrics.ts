import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { countBy, Tally, type TallySeries } from './tally.ts';

/** Where the gauges read what they show, at each scrape. */
export interface MetricSources {
  /** Seconds since the oldest unfinished work fell due. */
  oldestDueSeconds: () => Promise<number>;
  /** Jobs that wait in the queue. */
  queueDepth: () => Promise<number>;
  /** What endpoints hold; left out: not shown. */
  gates?: GateSources;
  /** Events of ours that are still to be sent; left out: not shown. */
  events?: { waiting: () => Promise<number> };
  /** What is unusual now; left out: not shown. */
  alerts?: { open: () => Promise<number> };
  /** Accepted requests that wait for their commit. */
  ingestWaitingRows: () => number;
  /** Streams of server-sent events that are open. */
  eventStreams: () => number;
  /** Of each budget, over all who have it; left out: not shown. */
  budgets?: () => { budget: string; used: number; refused: number }[];
}

export interface GateSources {
  /** Deliveries that wait for their turn at an endpoint with a pace, or behind a circuit that is not closed. */
  held: () => Promise<{ pace: number; circuit: number }>;
  /** Circuits that are open or half open. */
  openCircuits: () => Promise<number>;
}

/** What happened, told by whoever did it. No label ever names a tenant, a workflow or an address. */
export interface Metrics {
  /** Counts answers of one route. `route` is its pattern, never a path as it came. */
  httpRequests: (method: string, route: string) => (status: number) => void;
  /** `duplicate`: its event was there before, so it started nothing. */
  webhookAccepted: (duplicate: boolean) => void;
  /** `code` is the stable reason, e.g. `signature_mismatch`. */
  webhookRefused: (code: string) => void;
  /** A group commit that succeeded. */
  committed: (batch: { rows: number; seconds: number }) => void;
  /** An attempt was made: its outcome by name, and how long n8n took. */
  attempted: (attempt: { outcome: string; result: string; seconds: number }) => void;
  /** An execution ended, this many seconds after it was accepted. */
  executed: (execution: { state: string; seconds: number }) => void;
  /** What n8n accepted was overdue: nobody said in time how it went. */
  callbackOverdue: () => void;
  /** An attempt was made at an event of ours, which became `succeeded`, `retrying`, `failed` or `dead_lettered`. */
  eventSent: (result: string) => void;
  /** Something about a workflow began to be unusual. */
  alertFiring: (kind: string) => void;
  /** The queue did not take jobs; the relay will. */
  queueUnavailable: () => void;
  /** A rate limit could not be counted, so the request passed. */
  rateLimitUnavailable: () => void;
  contentType: string;
  /** Everything in Prometheus' text format. A source that fails or takes over a second is left out. */
  render: () => Promise<string>;
}

const SOURCE_LIMIT_MS = 1_000;
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const COMMIT_ROWS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const ATTEMPT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const EXECUTION_SECONDS = [0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400];

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerGauges(registry, sources);
  const counter = (name: string, help: string) => new Counter({ registers: [registry], name, help });
  const queueUnavailable = counter('hookgate_queue_unavailable_total', 'Times the queue did not take jobs.');
  const callbacksOverdue = counter(
    'hookgate_callbacks_overdue_total',
    'Deliveries that n8n accepted and did not say in time how they went.',
  );
  const rateLimitUnavailable = counter(
    'hookgate_rate_limit_unavailable_total',
    'Requests let through because their rate limit could not be counted.',
  );
  return {
    ...receiving(registry),
    ...executing(registry),
    callbackOverdue: () => callbacksOverdue.inc(),
    eventSent: eventSent(registry),
    alertFiring: alertFiring(registry),
    httpRequests: httpRequests(registry),
    queueUnavailable: () => queueUnavailable.inc(),
    rateLimitUnavailable: () => rateLimitUnavailable.inc(),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

function httpRequests(registry: Registry): Metrics['httpRequests'] {
  const requests = new Tally({
    registry,
    name: 'hookgate_http_requests_total',
    help: 'Requests answered. Status 499: the client was gone before the answer.',
    labelNames: ['method', 'route', 'status'],
  });
  return (method, route) => {
    const byStatus = new Map<number, TallySeries>();
    return (status) => {
      let series = byStatus.get(status);
      if (!series) {
        series = requests.series({ method, route, status: String(status) });
        byStatus.set(status, series);
      }
      series.count++;
    };
  };
}

function receiving(registry: Registry): Pick<Metrics, 'webhookAccepted' | 'webhookRefused' | 'committed'> {
  const webhooks = new Tally({
    registry,
    name: 'hookgate_webhooks_total',
    help: 'Webhooks accepted, among them duplicates of earlier ones, or refused by reason.',
    labelNames: ['result', 'code'],
  });
  const accepted = webhooks.series({ result: 'accepted', code: 'accepted' });
  const duplicates = webhooks.series({ result: 'accepted', code: 'duplicate' });
  const seconds = new Histogram({
    registers: [registry],
    name: 'hookgate_commit_seconds',
    help: 'How long a group commit of accepted webhooks takes.',
    buckets: COMMIT_SECONDS,
  });
  const rows = new Histogram({
    registers: [registry],
    name: 'hookgate_commit_batch_rows',
    help: 'Webhooks that share one commit.',
    buckets: COMMIT_ROWS,
  });
  return {
    webhookAccepted(duplicate) {
      (duplicate ? duplicates : accepted).count++;
    },
    webhookRefused: countBy((code) => webhooks.series({ result: 'refused', code })),
    committed(batch) {
      seconds.observe(batch.seconds);
      rows.observe(batch.rows);
    },
  };
}

function executing(registry: Registry): Pick<Metrics, 'attempted' | 'executed'> {
  const deliveries = new Tally({
    registry,
    name: 'hookgate_deliveries_total',
    help: 'Attempts to deliver to n8n, by outcome.',
    labelNames: ['outcome'],
  });
  const countOutcome = countBy((outcome) => deliveries.series({ outcome }));
  const attempts = new Histogram({
    registers: [registry],
    name: 'hookgate_attempt_seconds',
    help: 'How long an attempt to deliver takes.',
    labelNames: ['result'],
    buckets: ATTEMPT_SECONDS,
  });
  const executions = new Histogram({
    registers: [registry],
    name: 'hookgate_execution_seconds',
    help: 'From acceptance to the end of an execution.',
    labelNames: ['state'],
    buckets: EXECUTION_SECONDS,
  });
  return {
    attempted({ outcome, result, seconds }) {
      countOutcome(outcome);
      attempts.observe({ result }, seconds);
    },
    executed({ state, seconds }) {
      executions.observe({ state }, seconds);
    },
  };
}

function eventSent(registry: Registry): Metrics['eventSent'] {
  const events = new Tally({
    registry,
    name: 'hookgate_events_sent_total',
    help: 'Attempts to send an event to n8n, by what the event became.',
    labelNames: ['result'],
  });
  return countBy((result) => events.series({ result }));
}

function alertFiring(registry: Registry): Metrics['alertFiring'] {
  const alerts = new Tally({
    registry,
    name: 'hookgate_alerts_total',
    help: 'Times that something about a workflow began to be unusual, by what.',
    labelNames: ['kind'],
  });
  return countBy((kind) => alerts.series({ kind }));
}

function registerGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => Promise<number>) => {
    const limited = withinLimit(read);
    new Gauge({
      registers: [registry],
      name,
      help,
      async collect() {
        const value = await limited();
        // Absent rather than 0 or stale: an alert on absence then says what is true, that nobody knows.
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  };
  gauge('hookgate_oldest_due_seconds', 'Age of the oldest work that is due.', sources.oldestDueSeconds);
  gauge('hookgate_queue_depth', 'Jobs that wait in the queue.', sources.queueDepth);
  gauge('hookgate_ingest_waiting_rows', 'Webhooks that wait for their commit.', async () =>
    sources.ingestWaitingRows(),
  );
  gauge('hookgate_event_streams', 'Streams of server-sent events that are open.', async () =>
    sources.eventStreams(),
  );
  if (sources.budgets) registerBudgets(registry, sources.budgets);
  const { gates, events, alerts } = sources;
  if (events) gauge('hookgate_events_waiting', 'Events that are still to be sent to n8n.', events.waiting);
  if (alerts) gauge('hookgate_alerts_open', 'What is unusual about workflows now.', alerts.open);
  if (!gates) return;
  const held = together(gates.held);
  gauge('hookgate_paced_deliveries', "Deliveries held by an endpoint's pace.", () =>
    held().then(({ pace }) => pace),
  );
  gauge('hookgate_circuit_deliveries', 'Deliveries held by a circuit that is not closed.', () =>
    held().then(({ circuit }) => circuit),
  );
  gauge('hookgate_open_circuits', 'Endpoints left alone because they fail.', gates.openCircuits);
}

function registerBudgets(registry: Registry, read: NonNullable<MetricSources['budgets']>): void {
  new Gauge({
    registers: [registry],
    name: 'hookgate_budget_used',
    help: 'What is used of a budget, in its unit, by all who have it: GET /api/usage says by whom.',
    labelNames: ['budget'],
    collect() {
      for (const { budget, used } of read()) this.set({ budget }, used);
    },
  });
  new Counter({
    registers: [registry],
    name: 'hookgate_budget_refused_total',
    help: 'Times that somebody was turned away because a budget was used up.',
    labelNames: ['budget'],
    collect() {
      this.reset();
      for (const { budget, refused } of read()) this.inc({ budget }, refused);
    },
  });
}

/** Reads once for all who ask while it is read: one scrape asks for each of its parts. */
function together<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= read().finally(() => {
      running = null;
    });
    return running;
  };
}

/**
 * The value, or null when it fails or is not there in time. A read that hangs is waited for by later
 * scrapes instead of being started again, so that a frozen database does not collect our queries.
 */
function withinLimit(read: () => Promise<number>): () => Promise<number | null> {
  let running: Promise<number | null> | null = null;
  return async () => {
    running ??= read()
      .catch(() => null)
      .finally(() => {
        running = null;
      });
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, SOURCE_LIMIT_MS, null);
    });
    try {
      return await Promise.race([running, limit]);
    } finally {
      clearTimeout(timer);
    }
  };
}
