import { createHash } from 'node:crypto';
import type { LogDetail, StoredLog } from '../../store/webhook-logs.ts';
import type { WebhookLog, WebhookLogSummary } from '../schemas/webhook-logs.ts';
import { headersView, jsonValue } from './body-view.ts';
import { executionPath } from './execution-view.ts';

const answer = (log: StoredLog) => ({
  success: log.statusCode < 400,
  statusCode: log.statusCode,
  errorCode: log.errorCode,
  answeredStatus: log.answeredStatus ?? log.statusCode,
});

const common = (log: StoredLog) => ({
  id: log.id,
  workflowId: log.workflowId,
  executionId: log.executionId,
  requestId: log.requestId,
  receivedAt: log.receivedAt.toISOString(),
  duplicate: log.duplicate,
  handshake: log.handshake,
});

export const logSummary = (log: StoredLog): WebhookLogSummary => ({
  ...common(log),
  method: log.method,
  query: log.query,
  sourceIp: log.sourceIp,
  size: log.bodyBytes,
  ...answer(log),
  diagnosisCodes: log.diagnosis && [...new Set(log.diagnosis.map(({ code }) => code))],
});

export const logView = (log: LogDetail): WebhookLog => ({
  ...common(log),
  request: {
    method: log.method,
    query: log.query,
    headers: headersView(log.headers),
    sourceIp: log.sourceIp,
    ...requestBody(log.body),
    size: log.bodyBytes,
  },
  response: answer(log),
  diagnosis: log.diagnosis,
  execution:
    log.execution === null
      ? null
      : { id: log.execution.id, status: log.execution.state, url: executionPath(log.execution.id) },
  timing: {
    receivedAt: log.receivedAt.toISOString(),
    executionStartedAt: log.execution?.startedAt?.toISOString() ?? null,
    executionFinishedAt: log.execution?.finishedAt?.toISOString() ?? null,
  },
});

function requestBody(bytes: Buffer | null): Pick<WebhookLog['request'], 'body' | 'bodyEncoding' | 'sha256'> {
  if (bytes === null) return { body: null, bodyEncoding: null, sha256: null };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const json = jsonValue(bytes);
  // Not as text: whether bytes that are not JSON mean text is for their content type to say.
  return json === undefined
    ? { body: bytes.toString('base64'), bodyEncoding: 'base64', sha256 }
    : { body: json, bodyEncoding: 'json', sha256 };
}
