import { healthOf, type JudgeContext, judge, type Verdict } from '../../src/dispatch/outcome.ts';
import type {
  HeaderList,
  LostReason,
  NotSentReason,
  ResponseResult,
  SendResult,
} from '../../src/dispatch/send-result.ts';
import t from '../helpers/tap.ts';

const context = (parts: Partial<JudgeContext> = {}): JudgeContext => ({
  policy: { maxAttempts: 8, baseMs: 1_000, capMs: 900_000 },
  runAttempts: 1,
  onAmbiguous: 'retry',
  retryWorkflowErrors: false,
  payloadLimitBytes: null,
  requestBytes: 1_000,
  nowMs: Date.parse('2026-03-01T12:00:00Z'),
  random: () => 0.5,
  ...parts,
});

const answered = (
  statusCode: number,
  body: string | object = '',
  headers: HeaderList = [],
): ResponseResult => ({
  status: 'response',
  statusCode,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  truncated: false,
  bodyIncomplete: false,
  durationMs: 5,
});
const notSent = (reason: NotSentReason): SendResult => ({
  status: 'not_sent',
  reason,
  detail: 'why',
  durationMs: 5,
});
const lost = (reason: LostReason): SendResult => ({ status: 'lost', reason, detail: 'why', durationMs: 5 });

type Row = [
  what: string,
  result: SendResult,
  outcome: string,
  verdict: Verdict['result'],
  next: Verdict['next'],
  context?: Partial<JudgeContext>,
];

const ERROR_IN_WORKFLOW = answered(500, { message: 'Error in workflow' });
const PROBLEM = answered(500, { code: 0, message: 'There was a problem executing the workflow' });
const NOT_REGISTERED = {
  code: 404,
  message: 'The requested webhook "POST x" is not registered.',
  hint: 'The workflow',
};
const WRONG_METHOD = {
  code: 404,
  message: 'This webhook is not registered for GET requests. Did you mean to make a POST request?',
};
const STARTING =
  '<!DOCTYPE html>\n<html lang="en">\n<body>\n<pre>Cannot POST /webhook/x</pre>\n</body>\n</html>\n';
const UNPARSED = { code: 422, message: 'Failed to parse request body', hint: 'Unexpected token' };

const ROWS: Row[] = [
  ['200', answered(200), 'delivered', 'succeeded', 'succeeded'],
  ['204', answered(204), 'delivered', 'succeeded', 'succeeded'],
  [
    '2xx whose body broke off',
    { ...answered(200, '{"a'), bodyIncomplete: true },
    'delivered',
    'succeeded',
    'succeeded',
  ],
  [
    '2xx whose body was cut',
    { ...answered(200, 'x'), truncated: true },
    'delivered',
    'succeeded',
    'succeeded',
  ],
  ['2xx on the last attempt', answered(200), 'delivered', 'succeeded', 'succeeded', { runAttempts: 8 }],
  [
    '2xx that talks of errors',
    answered(200, { message: 'Error in workflow' }),
    'delivered',
    'succeeded',
    'succeeded',
  ],

  ['408', answered(408), 'request_timeout', 'failed', 'retry'],
  ['425', answered(425), 'too_early', 'failed', 'retry'],
  ['429', answered(429), 'rate_limited', 'failed', 'retry'],
  ['500', answered(500), 'server_error', 'failed', 'retry'],
  ['500 of some other server', answered(500, { message: 'Error' }), 'server_error', 'failed', 'retry'],
  ['502', answered(502, '<html>bad gateway'), 'server_error', 'failed', 'retry'],
  ['503', answered(503), 'server_error', 'failed', 'retry'],
  ['599', answered(599), 'server_error', 'failed', 'retry'],
  ['a status beyond the standard', answered(999), 'server_error', 'failed', 'retry'],

  ['n8n: the workflow failed', ERROR_IN_WORKFLOW, 'n8n_workflow_error', 'failed', 'failed'],
  [
    'the same, to be retried',
    ERROR_IN_WORKFLOW,
    'n8n_workflow_error',
    'failed',
    'retry',
    { retryWorkflowErrors: true },
  ],
  [
    'the same over the limit: it ran',
    ERROR_IN_WORKFLOW,
    'n8n_workflow_error',
    'failed',
    'failed',
    { payloadLimitBytes: 999 },
  ],
  ['n8n: a problem', PROBLEM, 'n8n_internal_error', 'failed', 'retry'],
  [
    'n8n: a problem, at the limit',
    PROBLEM,
    'n8n_internal_error',
    'failed',
    'retry',
    { payloadLimitBytes: 1_000 },
  ],
  [
    'n8n: a problem, over the limit',
    PROBLEM,
    'n8n_payload_too_large',
    'failed',
    'failed',
    { payloadLimitBytes: 999 },
  ],
  [
    '500 over the limit',
    answered(500),
    'n8n_payload_too_large',
    'failed',
    'failed',
    { payloadLimitBytes: 999 },
  ],
  ['503 over the limit', answered(503), 'server_error', 'failed', 'retry', { payloadLimitBytes: 999 }],

  [
    'n8n: unknown or inactive webhook',
    answered(404, NOT_REGISTERED),
    'n8n_webhook_not_found',
    'failed',
    'retry',
  ],
  ['n8n: starting', answered(404, STARTING), 'n8n_starting', 'failed', 'retry'],
  ['n8n: wrong method', answered(404, WRONG_METHOD), 'n8n_wrong_method', 'failed', 'retry'],
  ['404 of some other server', answered(404, 'not here'), 'not_found', 'failed', 'retry'],
  ['404 with odd JSON', answered(404, { message: 7 }), 'not_found', 'failed', 'retry'],
  [
    '404 with broken JSON',
    answered(404, '{"message":"The requested webhook'),
    'not_found',
    'failed',
    'retry',
  ],

  [
    'n8n: wrong credential',
    answered(403, 'Authorization data is wrong!'),
    'n8n_authorization_refused',
    'failed',
    'failed',
  ],
  [
    'n8n: no credential',
    answered(401, 'Authorization is required!'),
    'n8n_authorization_refused',
    'failed',
    'failed',
  ],
  ['401', answered(401), 'authorization_refused', 'failed', 'failed'],
  ['403', answered(403, 'no'), 'authorization_refused', 'failed', 'failed'],
  ['n8n: malformed JSON', answered(422, UNPARSED), 'malformed_json', 'failed', 'failed'],
  ['422', answered(422, 'name is missing'), 'http_422', 'failed', 'failed'],
  ['413', answered(413), 'payload_too_large', 'failed', 'failed'],
  ['400', answered(400), 'http_400', 'failed', 'failed'],
  ['405', answered(405), 'http_405', 'failed', 'failed'],
  ['409', answered(409), 'http_409', 'failed', 'failed'],
  ['410', answered(410), 'http_410', 'failed', 'failed'],
  ['431', answered(431), 'http_431', 'failed', 'failed'],
  ['301', answered(301), 'redirected', 'failed', 'failed'],
  ['304', answered(304), 'redirected', 'failed', 'failed'],
  ['307', answered(307), 'redirected', 'failed', 'failed'],

  ['refused', notSent('refused'), 'connection_refused', 'failed', 'retry'],
  ['no such name', notSent('dns'), 'dns_failure', 'failed', 'retry'],
  ['no TLS', notSent('tls'), 'tls_failure', 'failed', 'retry'],
  ['no connection in time', notSent('connect_timeout'), 'connect_timeout', 'failed', 'retry'],
  ['no free connection in time', notSent('timeout'), 'connection_wait_timeout', 'failed', 'retry'],
  ['no network', notSent('network'), 'network_error', 'failed', 'retry'],
  ['a private address', notSent('address_not_allowed'), 'address_not_allowed', 'failed', 'failed'],
  ['no HTTP request', notSent('invalid_request'), 'invalid_request', 'failed', 'failed'],

  ['no answer in time', lost('timeout'), 'timed_out', 'ambiguous', 'retry'],
  ['the connection broke', lost('connection_lost'), 'connection_lost', 'ambiguous', 'retry'],
  ['no HTTP answer', lost('invalid_response'), 'invalid_response', 'ambiguous', 'retry'],
  [
    'no answer in time, held',
    lost('timeout'),
    'ambiguous_held',
    'ambiguous',
    'failed',
    { onAmbiguous: 'hold' },
  ],
  [
    'held on the last attempt',
    lost('timeout'),
    'ambiguous_held',
    'ambiguous',
    'failed',
    { onAmbiguous: 'hold', runAttempts: 8 },
  ],
];

t.test('every row of the table', async (t) => {
  for (const [what, result, outcome, verdict, next, parts] of ROWS) {
    const given = judge(result, context(parts));
    t.match(given, { outcome, result: verdict, next }, what);
    t.equal(given.delayMs, next === 'retry' ? 500 : null, `${what}: delay`);
    t.equal(given.statusCode, result.status === 'response' ? result.statusCode : null, `${what}: status`);
    t.equal(given.error === null, next === 'succeeded', `${what}: error`);
    if (next === 'failed' || outcome.startsWith('n8n_'))
      t.match(given.advice, /^(n8n|[A-Z]).{20,}\.$/s, `${what}: advice`);
    if (next === 'succeeded') t.equal(given.advice, null);
  }
});

t.test('only what is retried can become a dead letter, and only on the last attempt', async (t) => {
  for (const [what, result, outcome, verdict, next, parts] of ROWS) {
    const last = judge(result, context({ ...parts, runAttempts: 8 }));
    t.match(
      last,
      { outcome, result: verdict, next: next === 'retry' ? 'dead_letter' : next, delayMs: null },
      what,
    );
    if (next === 'retry') t.match(last.advice, /\/retry\.$/, `${what}: advice`);
    const before = judge(result, context({ ...parts, runAttempts: 7 }));
    t.equal(before.next, next, `${what}: one attempt is left`);
  }
  const once = context({ policy: { maxAttempts: 1, baseMs: 1, capMs: 1 } });
  t.equal(judge(answered(503), once).next, 'dead_letter');
});

t.test('the wait grows with the attempts and heeds Retry-After', async (t) => {
  const wait = (result: SendResult, parts: Partial<JudgeContext> = {}) =>
    judge(result, context(parts)).delayMs;
  t.equal(wait(answered(503), { runAttempts: 3 }), 2_000);
  t.equal(wait(lost('timeout'), { runAttempts: 3 }), 2_000);
  t.equal(wait(answered(429, '', [['Retry-After', '30']])), 30_000);
  t.equal(wait(answered(503, '', [['retry-after', 'Sun, 01 Mar 2026 12:01:00 GMT']])), 60_000);
  t.equal(wait(answered(429, '', [['Retry-After', '86400']])), 3_600_000, 'at most an hour');
  t.equal(wait(answered(429, '', [['Retry-After', '0']])), 500, 'never sooner than the backoff');
  t.equal(wait(answered(429, '', [['Retry-After', 'soon']])), 500);
  t.equal(wait(answered(400, '', [['Retry-After', '30']])), null, 'permanent is permanent');
});

t.test('what a peer answers cannot confuse the verdict', async (t) => {
  for (const body of [
    '{',
    '{}',
    'null',
    '[]',
    '"x"',
    '\u0000',
    '{"message":null}',
    '{"__proto__":{"message":"Error in workflow"}}',
  ]) {
    t.equal(judge(answered(500, body), context()).outcome, 'server_error', JSON.stringify(body));
  }
});

t.test('what an attempt says about its endpoint', async (t) => {
  const health = (result: SendResult, parts: Partial<JudgeContext> = {}) =>
    healthOf(judge(result, context(parts)));
  for (const status of [200, 302, 400, 401, 413, 422]) {
    t.equal(health(answered(status)), 'healthy', `${status}: it is there, and answers`);
  }
  for (const status of [404, 408, 425, 429, 500, 502, 503])
    t.equal(health(answered(status)), 'failing', `${status}`);
  t.equal(health(answered(404, '<pre>Cannot POST /webhook/a</pre>')), 'failing', 'n8n while it starts');
  t.equal(
    health(answered(500, '{"message":"Error in workflow"}')),
    'healthy',
    'n8n works, its workflow does not',
  );
  t.equal(health(answered(500), { payloadLimitBytes: 1, requestBytes: 2 }), 'healthy', 'it was the payload');
  t.equal(health(lost('timeout')), 'failing');
  t.equal(health(lost('timeout'), { onAmbiguous: 'hold' }), 'failing');
  t.equal(healthOf({ result: 'failed', outcome: 'connection_refused', statusCode: null }), 'failing');
  t.equal(healthOf({ result: 'failed', outcome: 'dns_failure', statusCode: null }), 'failing');
  for (const outcome of ['address_not_allowed', 'trigger_removed', 'worker_lost']) {
    t.equal(
      healthOf({ result: 'failed', outcome, statusCode: null }),
      'unknown',
      `${outcome}: nothing was sent`,
    );
  }
});
