/** One thing that somebody else can make expensive, and how much of it they may have. */
interface BudgetEntry {
  /** The environment variable with the limit. */
  setting: string;
  /** Of the limit, and of what is used. */
  unit: string;
  /** `concurrent`: at the same time. `rate`: a second, or whatever `perSeconds` says. `daily`: from midnight to midnight, UTC. */
  kind: 'concurrent' | 'rate' | 'daily';
  /** Of a rate, 1 when left out: as much as this many seconds bring may be used at once. */
  burstSeconds?: number;
  /** Of a rate, 1 when left out: the time in which there is as much as the limit says. */
  perSeconds?: number;
  /** Whom it is charged to, each by itself. */
  of: 'organization' | 'address' | 'service';
  default: number;
  minimum: number;
  maximum: number;
  description: string;
  /** What happens then to whoever used it up. */
  whenUsedUp: string;
}

/**
 * Everything that a tenant, a sender or a stranger can make expensive. Settings, the limits of an organization,
 * `GET /api/usage`, metrics and the documentation are made of this list.
 */
export const BUDGETS = {
  event_streams: {
    setting: 'EVENT_STREAMS',
    unit: 'streams',
    kind: 'concurrent',
    of: 'organization',
    default: 100,
    minimum: 1,
    maximum: 1_000,
    description: 'Streams of server-sent events that are open. A process has 1,000 for all.',
    whenUsedUp: 'A further stream is answered 429 budget_exceeded.',
  },
  exports: {
    setting: 'EXPORTS',
    unit: 'exports',
    kind: 'concurrent',
    of: 'organization',
    default: 3,
    minimum: 1,
    maximum: 1_000,
    description: 'Exports of webhook logs under way.',
    whenUsedUp: 'A further export is answered 429 budget_exceeded.',
  },
  heavy_calls: {
    setting: 'HEAVY_CALLS',
    unit: 'calls',
    kind: 'concurrent',
    of: 'organization',
    default: 2,
    minimum: 1,
    maximum: 1_000,
    description: 'Searches in bodies, counts of a dry run and bulk retries under way.',
    whenUsedUp: 'A further one is answered 429 budget_exceeded.',
  },
  connections: {
    setting: 'CONNECTIONS',
    unit: 'connections',
    kind: 'concurrent',
    of: 'service',
    default: 10_000,
    minimum: 10,
    maximum: 1_000_000,
    description: 'Connections that clients have open.',
    whenUsedUp: 'A further connection is answered 503 overloaded and closed.',
  },
  connections_per_client: {
    setting: 'CONNECTIONS_PER_CLIENT',
    unit: 'connections',
    kind: 'concurrent',
    of: 'address',
    default: 500,
    minimum: 1,
    maximum: 1_000_000,
    description:
      'Connections that one address (of IPv6: a /64) has open. Of clients behind trusted proxies: requests under way.',
    whenUsedUp: 'A further connection, or request, is answered 429 too_many_connections and closed.',
  },
  body_bytes: {
    setting: 'BODY_BYTES',
    unit: 'bytes',
    kind: 'concurrent',
    of: 'service',
    default: 67_108_864,
    minimum: 1_048_576,
    maximum: 17_179_869_184,
    description: 'Bytes of bodies that arrive, or were not answered yet, at the same time.',
    whenUsedUp: 'A request that brings more is answered 503 overloaded, and its connection is closed.',
  },
  body_bytes_per_client: {
    setting: 'BODY_BYTES_PER_CLIENT',
    unit: 'bytes',
    kind: 'concurrent',
    of: 'address',
    default: 16_777_216,
    minimum: 65_536,
    maximum: 17_179_869_184,
    description: 'The same, from one address (of IPv6: a /64). A body that is the only one may be larger.',
    whenUsedUp: 'A request that brings more is answered 429 too_many_bytes, and its connection is closed.',
  },
  stored_bytes: {
    setting: 'STORED_BYTES_PER_DAY',
    unit: 'bytes a day',
    kind: 'daily',
    of: 'organization',
    default: 53_687_091_200,
    minimum: 1_048_576,
    maximum: 1_125_899_906_842_624,
    description:
      'Webhooks and execute calls that are stored, by all processes, from midnight to midnight in UTC.',
    whenUsedUp:
      'Webhooks and execute calls are answered 429 storage_budget_exceeded until midnight. At 80 percent the log says so.',
  },
  unverified_webhooks: {
    setting: 'UNVERIFIED_WEBHOOKS_PER_SECOND',
    unit: 'webhooks a second',
    kind: 'rate',
    burstSeconds: 10,
    of: 'address',
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
    description:
      'Webhooks that one address sends to one workflow which verifies nothing (authType none) and has no rate limit of its own.',
    whenUsedUp: 'A webhook is answered 429 rate_limited.',
  },
  diagnosis_ms: {
    setting: 'DIAGNOSIS_MS_PER_SECOND',
    unit: 'ms of processor time a second',
    kind: 'rate',
    burstSeconds: 10,
    of: 'organization',
    default: 25,
    minimum: 1,
    maximum: 1_000,
    description: 'Finding out why webhooks were refused.',
    whenUsedUp: 'The refusal is logged without a diagnosis, and says so.',
  },
  unknown_names: {
    setting: 'UNKNOWN_NAMES_PER_MINUTE',
    unit: 'names a minute',
    kind: 'rate',
    perSeconds: 60,
    of: 'address',
    default: 600,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Looking up workflows and API keys that there are not, IPv6 addresses by /64.',
    whenUsedUp: 'Names that were not lately found to exist are answered 429, without being looked up.',
  },
  delivery_slots: {
    setting: 'DELIVERY_SLOTS',
    unit: 'executions and deliveries under way in a process',
    kind: 'concurrent',
    of: 'organization',
    default: 1_000,
    minimum: 1,
    maximum: 1_000,
    description:
      'Carrying out executions. Below this limit each organization may have four times as many of the WORKER_CONCURRENCY slots as stay free: four fifths of all while it is alone.',
    whenUsedUp: 'Its executions and deliveries wait, and nobody else does.',
  },
  endpoint_slots: {
    setting: 'ENDPOINT_SLOTS',
    unit: 'calls under way in a process',
    kind: 'concurrent',
    of: 'organization',
    default: 20,
    minimum: 1,
    maximum: 1_000,
    description:
      'Calls that take longer than a second, of each endpoint whose pace says nothing about concurrency. What is used is that of the endpoint with most calls.',
    whenUsedUp: 'Further deliveries to that endpoint wait, without an attempt being counted.',
  },
  expression_ms: {
    setting: 'EXPRESSION_MS_PER_SECOND',
    unit: 'ms of processor time a second',
    kind: 'rate',
    burstSeconds: 2,
    of: 'organization',
    default: 500,
    minimum: 1,
    maximum: 10_000,
    description: 'Filters and transforms of triggers.',
    whenUsedUp: 'Its evaluations go on, but never in all processes at once: one is left for the others.',
  },
  waiting_expressions: {
    setting: 'WAITING_EXPRESSIONS',
    unit: 'evaluations',
    kind: 'concurrent',
    of: 'organization',
    default: 500,
    minimum: 10,
    maximum: 100_000,
    description: 'Filters and transforms that wait for a process.',
    whenUsedUp: 'Further ones are put off: the delivery is tried again later, which counts as no attempt.',
  },
} as const satisfies Record<string, BudgetEntry>;

export type BudgetName = keyof typeof BUDGETS;

/** How much of each budget there is, in its unit. */
export type BudgetLimits = Readonly<Record<BudgetName, number>>;

/** The entry without the narrow types of its constants. */
export const budgetEntry = (name: BudgetName): BudgetEntry => BUDGETS[name];

export const BUDGET_NAMES = Object.keys(BUDGETS) as BudgetName[];

/** The share of a limit from which on somebody should know. */
export const NEARLY_USED_UP = 0.8;

/** Those of a service without settings. */
export const DEFAULT_LIMITS = Object.fromEntries(
  BUDGET_NAMES.map((name) => [name, budgetEntry(name).default]),
) as BudgetLimits;

/** Those of which an organization can have a limit of its own. */
export const ORGANIZATION_BUDGETS = BUDGET_NAMES.filter((name) => budgetEntry(name).of === 'organization');
