import { type Static, Type } from 'typebox';
import { CircuitBreaker } from '../../domain/circuit-breaker.ts';
import { Pace } from '../../domain/pace.ts';
import { RetryPolicy } from '../../domain/retry-policy.ts';
import { TRIGGER_TYPES } from '../../domain/states.ts';
import { Id, Nullable } from './common.ts';
import * as examples from './examples/workflows.ts';
import { Name, Text } from './text.ts';

const TriggerTypes = Type.Array(Type.Enum(TRIGGER_TYPES), { minItems: 1, uniqueItems: true });
const Forward = Type.Enum(['request', 'envelope'], {
  description:
    '`request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.',
});
const OnAmbiguous = Type.Enum(['retry', 'hold'], {
  description: 'What to do when it is unknown whether an attempt arrived.',
});
const TimeoutMs = Type.Integer({ minimum: 100, maximum: 300_000 });
const PayloadLimit = Nullable(
  Type.Integer({
    minimum: 1,
    maximum: 2_147_483_647,
    description: 'The body size above which the receiver is known to answer 500: such a 500 is not retried.',
  }),
);

/** What HTTP can carry: a value with a line break would be two headers. */
const HeaderValue = Type.String({ maxLength: 4_000, pattern: '^[\\t\\x20-\\x7e\\xa0-\\xff]*$' });
const Headers = Type.Record(Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$" }), HeaderValue, {
  maxProperties: 20,
  description:
    "Sent with every delivery, in place of the sender's headers of the same names: for n8n's Header Auth the header it asks for, for its Basic Auth `Authorization: Basic …`. Kept encrypted, and shown to nobody.",
});
const Filter = Nullable(
  Text({
    minLength: 1,
    maxLength: 10_000,
    description: 'JSONata. The trigger takes only executions for which it is true (as JSONata sees it).',
  }),
);
const Transform = Nullable(
  Text({
    minLength: 1,
    maxLength: 10_000,
    description: 'JSONata. Its result is sent, as JSON, instead of what came.',
  }),
);

export const EndpointInput = Type.Object(
  {
    url: Text({ minLength: 1, maxLength: 2_000, description: 'http or https, without credentials.' }),
    name: Type.Optional(Name),
    secret: Type.Optional(
      Text({
        minLength: 16,
        maxLength: 1_000,
        description: 'Signs what goes out. Generated when left out, and then shown this once.',
      }),
    ),
    timeoutMs: Type.Optional(TimeoutMs),
    retryPolicy: Type.Optional(Type.Partial(RetryPolicy, { additionalProperties: false })),
    onAmbiguous: Type.Optional(OnAmbiguous),
    retryWorkflowErrors: Type.Optional(Type.Boolean()),
    payloadLimitBytes: Type.Optional(PayloadLimit),
    headers: Type.Optional(Headers),
    pace: Type.Optional(Nullable(Pace)),
    circuitBreaker: Type.Optional(Type.Partial(CircuitBreaker, { additionalProperties: false })),
  },
  { title: 'EndpointInput', additionalProperties: false, examples: [examples.endpointInput] },
);
export type EndpointInput = Static<typeof EndpointInput>;

export const TriggerInput = Type.Object(
  {
    endpoint: Type.Optional(EndpointInput),
    endpointId: Type.Optional(Id),
    triggerTypes: Type.Optional(TriggerTypes),
    forward: Type.Optional(Forward),
    filter: Type.Optional(Filter),
    transform: Type.Optional(Transform),
  },
  {
    title: 'TriggerInput',
    additionalProperties: false,
    description: 'Either `endpoint` (a new one) or `endpointId`.',
  },
);
export type TriggerInput = Static<typeof TriggerInput>;

export const TriggerInputs = Type.Array(TriggerInput, { maxItems: 50 });

export const Endpoint = Type.Object(
  {
    id: Id,
    name: Type.String(),
    url: Type.String(),
    secret: Type.Optional(Type.String({ description: 'Only in the answer to the call that generated it.' })),
    timeoutMs: Type.Integer(),
    retryPolicy: RetryPolicy,
    onAmbiguous: OnAmbiguous,
    retryWorkflowErrors: Type.Boolean(),
    payloadLimitBytes: Nullable(Type.Integer()),
    headerNames: Type.Array(Type.String(), {
      description: 'Of the configured headers. Their values are kept, and not shown.',
    }),
    pace: Nullable(Pace),
    circuitBreaker: CircuitBreaker,
    isActive: Type.Boolean(),
  },
  { title: 'Endpoint' },
);
export type Endpoint = Static<typeof Endpoint>;

export const Trigger = Type.Object(
  {
    id: Id,
    triggerTypes: TriggerTypes,
    forward: Forward,
    filter: Filter,
    transform: Transform,
    endpoint: Endpoint,
  },
  { title: 'Trigger' },
);
export type Trigger = Static<typeof Trigger>;
