import { type Static, Type } from 'typebox';
import { CircuitBreaker } from '../../domain/circuit-breaker.ts';
import { Pace } from '../../domain/pace.ts';
import { RetryPolicy } from '../../domain/retry-policy.ts';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/endpoints.ts';
import { Circuit } from './n8n-status.ts';
import { Name, Text } from './text.ts';
import { OverlapSeconds } from './webhook-settings.ts';

const OnAmbiguous = Type.Enum(['retry', 'hold'], {
  type: 'string',
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
  // Without it a name that does not fit is let through, with any value.
  additionalProperties: false,
  maxProperties: 20,
  description:
    "Sent with every delivery, in place of the sender's headers of the same names: for n8n's Header Auth the header it asks for, for its Basic Auth `Authorization: Basic …`. Kept encrypted, and shown to nobody.",
});
const Events = Type.Array(Text({ minLength: 1, maxLength: 100 }), {
  maxItems: 50,
  uniqueItems: true,
  description:
    'Names of the events it is meant for: others are not sent to it. None: all of them, except alerts, which go only to endpoints that name them. What executions deliver to it goes in any case.',
});
const Secret = Text({
  minLength: 16,
  maxLength: 1_000,
  description: 'Signs what goes out. Generated when left out, and then shown this once.',
});

const InboundSecret = Text({
  minLength: 16,
  maxLength: 1_000,
  description:
    'Verifies what comes back from it at `POST /api/webhooks/n8n`; never the one that signs what goes out. Generated when left out, and then shown this once.',
});

const Url = Text({ minLength: 1, maxLength: 2_000, description: 'http or https, without credentials.' });
const Path = Text({
  minLength: 1,
  maxLength: 1_000,
  description:
    'Instead of `url`: the path of a webhook node of n8n, such as `orders`, below `N8N_WEBHOOK_URL`. `/orders` and `/webhook/orders` are the same. What is kept is the URL that this makes now. For organizations that may see what is in n8n.',
});

const settings = {
  secret: Type.Optional(Secret),
  timeoutMs: Type.Optional(TimeoutMs),
  retryPolicy: Type.Optional(Type.Partial(RetryPolicy, { additionalProperties: false })),
  onAmbiguous: Type.Optional(OnAmbiguous),
  retryWorkflowErrors: Type.Optional(Type.Boolean()),
  payloadLimitBytes: Type.Optional(PayloadLimit),
  headers: Type.Optional(Headers),
  pace: Type.Optional(Nullable(Pace)),
  circuitBreaker: Type.Optional(Type.Partial(CircuitBreaker, { additionalProperties: false })),
  events: Type.Optional(Events),
  isActive: Type.Optional(
    Type.Boolean({
      description:
        'One that is not takes no new executions; deliveries under way go on, and events wait until it is.',
    }),
  ),
};

const address = { url: Type.Optional(Url), path: Type.Optional(Path) };

/** One that is made together with a trigger. */
export const EndpointInput = Type.Object(
  { url: Url, name: Type.Optional(Name), ...settings },
  { title: 'EndpointInput', additionalProperties: false, examples: [examples.endpointInput] },
);
export type EndpointInput = Static<typeof EndpointInput>;

export const WebhookEndpointInput = Type.Object(
  {
    ...address,
    name: Type.Optional(Name),
    ...settings,
    inboundSecret: Type.Optional(InboundSecret),
  },
  {
    title: 'WebhookEndpointInput',
    additionalProperties: false,
    description: 'Either `url` or `path`.',
    examples: [examples.endpointInput],
  },
);
export type WebhookEndpointInput = Static<typeof WebhookEndpointInput>;

export const WebhookEndpointChanges = Type.Object(
  { ...address, name: Type.Optional(Name), ...settings },
  {
    title: 'WebhookEndpointChanges',
    additionalProperties: false,
    minProperties: 1,
    description:
      'What is left out stays; what is given replaces the whole of it, `headers` and `retryPolicy` too. `pace: null` takes the pace away.',
    examples: [examples.endpointChanges],
  },
);
export type WebhookEndpointChanges = Static<typeof WebhookEndpointChanges>;

export const EndpointRegistration = Type.Object(
  { name: Name, ...address, ...settings, inboundSecret: Type.Optional(InboundSecret) },
  {
    title: 'EndpointRegistration',
    additionalProperties: false,
    description: 'Either `url` or `path`.',
    examples: [examples.endpointRegistration],
  },
);
export type EndpointRegistration = Static<typeof EndpointRegistration>;

export const EndpointsQuery = listQuery({
  name: Type.Optional(
    Text({ minLength: 1, maxLength: 200, description: 'A part of the name, in upper or lower case.' }),
  ),
  isActive: Type.Optional(Type.Boolean({ description: 'Only those that are, or are not.' })),
  unused: Type.Optional(
    Type.Boolean({ description: 'Only those that no trigger of any workflow leads to, or only the others.' }),
  ),
});

export const EndpointSecretInput = Type.Object(
  { secret: Type.Optional(Secret) },
  {
    title: 'EndpointSecretInput',
    additionalProperties: false,
    examples: [{}],
  },
);

export const InboundSecretRotation = Type.Object(
  { secret: Type.Optional(InboundSecret), overlapSeconds: Type.Optional(OverlapSeconds) },
  { title: 'InboundSecretRotation', additionalProperties: false, examples: [examples.inboundSecretRotation] },
);

export const EndpointSecret = Type.Object(
  { endpointId: Id, secret: Type.String({ description: 'Shown this once.' }) },
  { title: 'EndpointSecret', description: 'The new secret.', examples: [examples.endpointSecret] },
);

const shown = {
  id: Id,
  name: Type.String(),
  url: Type.String(),
  secret: Type.Optional(Type.String({ description: 'Only in the answer to the call that generated it.' })),
  inboundSecret: Type.Optional(
    Type.String({ description: 'Only in the answer to the call that generated it.' }),
  ),
  timeoutMs: Type.Integer(),
  retryPolicy: RetryPolicy,
  onAmbiguous: OnAmbiguous,
  retryWorkflowErrors: Type.Boolean(),
  payloadLimitBytes: Nullable(Type.Integer()),
  headerNames: Type.Array(Type.String(), {
    description: 'Of the configured headers. Their values are kept, and not shown.',
  }),
  hasInboundSecret: Type.Boolean({
    description: 'Whether a secret of its own verifies what comes back from it.',
  }),
  pace: Nullable(Pace),
  circuitBreaker: CircuitBreaker,
  events: Type.Array(Type.String()),
  isActive: Type.Boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
};

export const Endpoint = Type.Object(shown, {
  title: 'Endpoint',
  description: 'Where executions are delivered.',
  examples: [examples.endpoint],
});
export type Endpoint = Static<typeof Endpoint>;

export const ShownEndpoint = Type.Object(
  { ...shown, circuit: Circuit },
  {
    title: 'ShownEndpoint',
    description: 'An endpoint, and whether it is left alone because it fails.',
    examples: [{ ...examples.endpoint, circuit: { state: 'closed', openUntil: null } }],
  },
);
export type ShownEndpoint = Static<typeof ShownEndpoint>;
