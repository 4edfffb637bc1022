import { type Static, Type } from 'typebox';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import { ExecutionStatus } from './executions.ts';

export const WebhookLogsQuery = listQuery({
  workflowId: Type.Optional(Id),
  success: Type.Optional(Type.Boolean({ description: 'Whether the request was accepted.' })),
  statusCode: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
  errorCode: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '^[a-z0-9_]+$' })),
});

const answer = {
  success: Type.Boolean({ description: 'Whether the request was accepted.' }),
  statusCode: Type.Integer({ description: 'What it was meant to be answered with.' }),
  errorCode: Nullable(Type.String({ description: 'Why it was refused.' })),
  answeredStatus: Type.Integer({
    description:
      'What it was really answered with: 503 for an accepted request whose commit was not confirmed in time.',
  }),
};

const common = {
  id: Id,
  workflowId: Id,
  executionId: Nullable(Id),
  requestId: Type.String(),
  receivedAt: Timestamp,
};

/** A request as lists show it. */
export const WebhookLogSummary = Type.Object({
  ...common,
  method: Type.String(),
  query: Type.String(),
  sourceIp: Type.String(),
  size: Type.Integer({ description: 'Of the body, in bytes.' }),
  ...answer,
});
export type WebhookLogSummary = Static<typeof WebhookLogSummary>;

export const WebhookLog = Type.Object({
  ...common,
  request: Type.Object({
    method: Type.String(),
    query: Type.String({ description: 'As it came, without its question mark.' }),
    headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
      description: 'In their order and spelling, without credentials.',
    }),
    sourceIp: Type.String(),
    body: Type.Unknown({ description: 'As `bodyEncoding` says; null when it was not kept.' }),
    bodyEncoding: Nullable(Type.Enum(['json', 'base64'])),
    size: Type.Integer({ description: 'Of the body, in bytes.' }),
    sha256: Nullable(Type.String({ description: 'Of the body, in hex.' })),
  }),
  response: Type.Object(answer),
  execution: Nullable(Type.Object({ id: Id, status: ExecutionStatus, url: Type.String() })),
  timing: Type.Object({
    receivedAt: Timestamp,
    executionStartedAt: Nullable(Timestamp),
    executionFinishedAt: Nullable(Timestamp),
  }),
});
export type WebhookLog = Static<typeof WebhookLog>;
