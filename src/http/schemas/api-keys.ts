import { type Static, Type } from 'typebox';
import { SCOPES } from '../../domain/scopes.ts';
import { Id, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/organizations.ts';
import { Name } from './text.ts';

const ScopeName = Type.Enum(SCOPES, {
  type: 'string',
  title: 'Scope',
  description: '`admin` includes all others.',
});

export const ApiKeyInput = Type.Object(
  {
    name: Name,
    scopes: Type.Array(ScopeName, { minItems: 1, maxItems: SCOPES.length, uniqueItems: true }),
    expiresAt: Type.Optional(
      Type.Union([Timestamp, Type.Null()], {
        description: 'In the future. Left out or null: never, which a key that expires cannot grant.',
      }),
    ),
  },
  { title: 'ApiKeyInput', additionalProperties: false, examples: [examples.apiKeyInput] },
);
export type ApiKeyInput = Static<typeof ApiKeyInput>;

const shown = {
  id: Id,
  name: Type.String(),
  prefix: Type.String({ description: 'How the key begins.' }),
  scopes: Type.Array(ScopeName),
  createdAt: Timestamp,
  expiresAt: Nullable(Timestamp),
  lastUsedAt: Type.Union([Timestamp, Type.Null()], { description: 'To the minute.' }),
  revokedAt: Nullable(Timestamp),
};

export const ApiKey = Type.Object(shown, {
  title: 'ApiKey',
  description: 'What is known of a key, without the key.',
  examples: [examples.apiKey],
});
export type ApiKey = Static<typeof ApiKey>;

export const ApiKeyCreated = Type.Object(
  {
    ...shown,
    key: Type.String({ description: 'The key itself. Shown this once: only its hash is stored.' }),
  },
  { title: 'ApiKeyCreated', description: 'The new key.', examples: [examples.apiKeyCreated] },
);
