import { type Static, Type } from 'typebox';
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
    endpoint: Endpoint,
  },
  { title: 'Trigger' },
);
export type Trigger = Static<typeof Trigger>;
