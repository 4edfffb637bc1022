import { type Static, Type } from 'typebox';
import { Handshake, ProviderName } from '../../domain/providers.ts';
import { Success } from '../../domain/webhook-config.ts';
import { Nullable } from './common.ts';
import { webhookProvider } from './examples/webhook-providers.ts';

export const WebhookProvider = Type.Object(
  {
    name: ProviderName,
    title: Type.String(),
    signature: Type.String({ description: 'Where the signature is, how it is made, and from what.' }),
    secret: Type.Object({
      kind: Type.Enum(['chosen', 'given', 'public_key'], {
        type: 'string',
        description:
          '`chosen`: by whoever sets it up, or generated here; `given`: made by the sender; `public_key`: no secret, but the key of the sender.',
      }),
      paste: Type.String({ description: 'Which secret goes where.' }),
    }),
    toleranceSeconds: Nullable(
      Type.Integer({ description: 'How old a request may be, or ahead; null: that is not looked at.' }),
    ),
    needsPublicUrl: Type.Boolean({
      description: 'The URL is signed: `url` of the webhook has to be the one that the sender was given.',
    }),
    answerWithinSeconds: Nullable(
      Type.Number({ description: 'How long the sender waits; null: not published.' }),
    ),
    eventId: Nullable(Type.String({ description: 'Where the id of an event is that retries repeat.' })),
    eventType: Nullable(Type.String({ description: 'Where it is said what happened.' })),
    dedupByDefault: Type.Boolean({
      description: 'Whether an event that comes again is not executed again, unless `dedup` says otherwise.',
    }),
    handshake: Handshake,
    success: Nullable(Success),
    quirks: Type.Array(Type.String(), { description: 'What else to know of it.' }),
    evidence: Type.Enum(['sdk', 'published_vector', 'documentation'], {
      type: 'string',
      description:
        'What this rests on: signatures made by its own library, an example that it published, or its documentation alone.',
    }),
  },
  {
    title: 'WebhookProvider',
    description: 'A sender that is known by name.',
    examples: [webhookProvider],
  },
);
export type WebhookProvider = Static<typeof WebhookProvider>;

export const WebhookProviders = Type.Object(
  { data: Type.Array(WebhookProvider) },
  {
    title: 'WebhookProviders',
    description: 'All of them, in the order of their names.',
    examples: [{ data: [webhookProvider] }],
  },
);
