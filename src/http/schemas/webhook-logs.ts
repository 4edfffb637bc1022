import { type Static, Type } from 'typebox';
import { Finding } from '../../domain/diagnosis.ts';
import { HeaderField, Id, listQuery, Nullable, Timestamp } from './common.ts';
import { logReplayed } from './examples/replays.ts';
import * as examples from './examples/webhook-logs.ts';
import { ExecutionStatus } from './executions.ts';
import { Text } from './text.ts';

/** What webhook logs can be asked for by: in the list, in an export, and to run them again. */
export const logFilters = {
  workflowId: Type.Optional({ ...Id, description: 'Of this workflow only.' }),
  success: Type.Optional(Type.Boolean({ description: 'Whether the request was accepted.' })),
  statusCode: Type.Optional(
    Type.Integer({ minimum: 100, maximum: 599, description: 'What it was meant to be answered with.' }),
  ),
  errorCode: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[a-z0-9_]+$',
      description: 'Why it was refused.',
    }),
  ),
  executionStatus: Type.Optional({
    ...ExecutionStatus,
    description: 'The state of the execution it started.',
  }),
  from: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Received at this time or later.' }),
  ),
  to: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Received before this time.' }),
  ),
  sourceIp: Type.Optional(
    Type.String({ minLength: 2, maxLength: 45, description: 'The address it came from, v4 or v6.' }),
  ),
  q: Type.Optional(
    Text({
      minLength: 1,
      maxLength: 200,
      description:
        'Text in the body, as its bytes were sent: the letters a to z match in either case, everything else exactly, and JSON is not decoded. Needs `workflowId`, or `from` and `to` at most 24 hours apart.',
    }),
  ),
};

export const LogFilterInput = Type.Object(logFilters, { additionalProperties: false });
export type LogFilterInput = Static<typeof LogFilterInput>;

export const WebhookLogsQuery = listQuery(logFilters);

export const ExportQuery = Type.Object(
  {
    format: Type.Enum(['ndjson', 'csv'], {
      type: 'string',
      default: 'ndjson',
      description: 'What to export it as.',
    }),
    ...logFilters,
  },
  { additionalProperties: false },
);

export const LogReplayed = Type.Object(
  {
    success: Type.Literal(true),
    executionId: Id,
    replayOf: Id,
    logId: Id,
    workflowId: Id,
    timestamp: Timestamp,
  },
  { title: 'LogReplayed', description: 'A new execution of the same bytes.', examples: [logReplayed] },
);

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
  duplicate: Type.Boolean({
    description: 'Whether it brought an event that an earlier request had brought, and so started nothing.',
  }),
  handshake: Nullable(
    Type.String({ description: 'Which handshake of a sender it was, that starts nothing; null: none.' }),
  ),
};

/** A request as lists show it. */
export const WebhookLogSummary = Type.Object(
  {
    ...common,
    method: Type.String(),
    query: Type.String(),
    sourceIp: Type.String(),
    size: Type.Integer({ description: 'Of the body, in bytes.' }),
    ...answer,
    diagnosisCodes: Nullable(
      Type.Array(Type.String(), {
        description: 'The codes of what explains a failed authentication; the log itself has the details.',
      }),
    ),
  },
  {
    title: 'WebhookLogSummary',
    description: 'A request as lists show it.',
    examples: [examples.webhookLogSummary],
  },
);
export type WebhookLogSummary = Static<typeof WebhookLogSummary>;

export const WebhookLog = Type.Object(
  {
    ...common,
    request: Type.Object({
      method: Type.String(),
      query: Type.String({ description: 'As it came, without its question mark.' }),
      headers: Type.Array(HeaderField, {
        description: 'In their order and spelling, without credentials.',
      }),
      sourceIp: Type.String(),
      body: Type.Unknown({ description: 'As `bodyEncoding` says; null when it was not kept.' }),
      bodyEncoding: Nullable(Type.Enum(['json', 'base64'], { type: 'string' })),
      size: Type.Integer({ description: 'Of the body, in bytes.' }),
      sha256: Nullable(Type.String({ description: 'Of the body, in hex.' })),
    }),
    response: Type.Object(answer),
    diagnosis: Nullable(
      Type.Array(Finding, {
        description:
          'Why it could not be authenticated: what would have matched. Empty: nothing that commonly goes wrong explains it, so it was most likely signed with another secret. null: it was not refused for that.',
      }),
    ),
    execution: Nullable(Type.Object({ id: Id, status: ExecutionStatus, url: Type.String() })),
    timing: Type.Object({
      receivedAt: Timestamp,
      executionStartedAt: Nullable(Timestamp),
      executionFinishedAt: Nullable(Timestamp),
    }),
  },
  {
    title: 'WebhookLog',
    description: 'A request as it came, and what became of it.',
    examples: [examples.webhookLog],
  },
);
export type WebhookLog = Static<typeof WebhookLog>;
