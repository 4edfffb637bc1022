import type { Finding } from '../../../domain/diagnosis.ts';
import { FINISHED_AT, IDS, RECEIVED_AT, REQUEST_ID } from './ids.ts';

const common = {
  id: IDS.log,
  workflowId: IDS.workflow,
  executionId: IDS.execution,
  requestId: REQUEST_ID,
  receivedAt: RECEIVED_AT,
  duplicate: false,
  handshake: null,
};
const answered = { success: true, statusCode: 200, errorCode: null, answeredStatus: 200 };

export const webhookLogSummary = {
  ...common,
  method: 'POST',
  query: 'source=shop',
  sourceIp: '203.0.113.7',
  size: 32,
  ...answered,
  diagnosisCodes: null,
};

export const webhookLog = {
  ...common,
  request: {
    method: 'POST',
    query: 'source=shop',
    headers: [
      { name: 'Content-Type', value: 'application/json' },
      {
        name: 'X-Hub-Signature-256',
        value: 'sha256=5f1c7b0e4a9d26837ce0b1f5942d8a6e3b70c4d19f825ea6073bd1c8e94f2a56',
      },
    ],
    sourceIp: '203.0.113.7',
    body: { order: { id: 1001, total: 42 } },
    bodyEncoding: 'json',
    size: 32,
    sha256: 'ba6c3955c3d9df999385c5d7e16ba991eb04ebd5921694199c9f9687617f870a',
  },
  response: answered,
  diagnosis: null,
  execution: { id: IDS.execution, status: 'succeeded', url: `/api/executions/${IDS.execution}` },
  timing: {
    receivedAt: RECEIVED_AT,
    executionStartedAt: '2026-03-10T09:30:00.431Z',
    executionFinishedAt: FINISHED_AT,
  },
};

export const diagnosis = [
  {
    code: 'body_reserialized',
    proven: true,
    detail:
      'The signature is right for the body as JSON compact: what was signed is not what arrived. Something between the sender and this service, or the sender itself after it had signed, wrote the body anew. Have it passed on byte for byte.',
  },
  {
    code: 'expired_secret',
    proven: true,
    secretId: IDS.secret,
    expiredAt: '2026-03-09T08:15:00.000Z',
    detail: `The sender still uses the secret ${IDS.secret}, which expired at 2026-03-09T08:15:00.000Z. Enter the new one there; next time give the change a longer overlapSeconds.`,
  },
] satisfies Finding[];

export const webhookAccepted = {
  success: true,
  message: 'Workflow triggered successfully',
  workflowId: IDS.workflow,
  jobId: IDS.execution,
  executionId: IDS.execution,
  logId: IDS.log,
  duplicate: false,
  timestamp: RECEIVED_AT,
};

export const webhookActive = {
  message: 'Webhook endpoint active',
  workflowId: IDS.workflow,
  method: 'POST',
  timestamp: RECEIVED_AT,
};

const exported = {
  ...webhookLogSummary,
  sha256: webhookLog.request.sha256,
  headers: webhookLog.request.headers,
  body: webhookLog.request.body,
  bodyEncoding: 'json',
};

export const ndjsonExport = `${JSON.stringify(exported)}\n`;

export const csvExport = [
  'id,receivedAt,workflowId,executionId,requestId,method,query,sourceIp,success,statusCode,errorCode,answeredStatus,headers,size,sha256,bodyEncoding,body',
  `${IDS.log},${RECEIVED_AT},${IDS.workflow},${IDS.execution},${REQUEST_ID},POST,source=shop,203.0.113.7,true,200,,200,"[{""name"":""Content-Type"",""value"":""application/json""}]",32,${webhookLog.request.sha256},text,"{""order"":{""id"":1001,""total"":42}}"`,
  '',
].join('\r\n');
