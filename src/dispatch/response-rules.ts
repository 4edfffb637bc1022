import type { ResponseResult } from './send-result.ts';

/**
 * What an answer means for the delivery. `workflow_error`: as the endpoint's setting for those says. `wait`: it could
 * not be tried, which says nothing about it.
 */
type Course = 'succeeded' | 'retry' | 'permanent' | 'workflow_error' | 'wait';

export interface Finding {
  outcome: string;
  course: Course;
  /** What an operator can do about it; null where waiting for the next attempt is all there is to do. */
  advice: string | null;
}

interface Facts {
  status: number;
  text: string;
  /** The `message` of a JSON answer, which is where n8n says what happened. */
  message: string;
  overLimit: boolean;
}

interface Rule extends Finding {
  when: (facts: Facts) => boolean;
}

const status = (code: number) => (facts: Facts) => facts.status === code;
const between = (low: number, high: number) => (facts: Facts) => facts.status >= low && facts.status <= high;

/** The first rule that fits decides. */
const RULES: readonly Rule[] = [
  { when: between(200, 299), outcome: 'delivered', course: 'succeeded', advice: null },
  { when: status(408), outcome: 'request_timeout', course: 'retry', advice: null },
  { when: status(425), outcome: 'too_early', course: 'retry', advice: null },
  { when: status(429), outcome: 'rate_limited', course: 'retry', advice: null },
  {
    when: ({ status, message }) =>
      status === 404 && message.startsWith('This webhook is not registered for '),
    outcome: 'n8n_wrong_method',
    course: 'retry',
    advice:
      'The webhook exists in n8n, but not for this HTTP method: set the method of its Webhook node to the one that is sent.',
  },
  {
    when: ({ status, message }) =>
      status === 404 && /^The requested webhook .*is not registered/s.test(message),
    outcome: 'n8n_webhook_not_found',
    course: 'retry',
    advice:
      'n8n runs and does not know this webhook: activate the workflow in n8n, and check the path of the endpoint URL (/webhook/…, not /webhook-test/…).',
  },
  {
    // Express's own page: n8n listens before its webhooks are there.
    when: ({ status, text }) => status === 404 && text.includes('<pre>Cannot '),
    outcome: 'n8n_starting',
    course: 'retry',
    advice:
      'n8n is starting, which passes by itself in seconds. If it does not, the URL of the endpoint is not below the path of the production webhooks of n8n (/webhook/…).',
  },
  {
    when: status(404),
    outcome: 'not_found',
    course: 'retry',
    advice: 'There is nothing at the URL of the endpoint: check its host and path.',
  },
  {
    when: ({ status, text }) =>
      (status === 401 || status === 403) && /Authorization (data is wrong|is required)!/.test(text),
    outcome: 'n8n_authorization_refused',
    course: 'permanent',
    advice:
      "n8n refused the credential: give the endpoint the header that the credential of the Webhook node asks for (`headers`; the sender's own credentials are not forwarded), then retry the execution.",
  },
  {
    when: ({ status, message }) => status === 422 && message.startsWith('Failed to parse request body'),
    outcome: 'malformed_json',
    course: 'permanent',
    advice:
      'n8n could not parse the body as its content type says: have the sender correct it. With forward "envelope" n8n receives it as text.',
  },
  {
    when: ({ status, message }) => status === 500 && message === 'Error in workflow',
    outcome: 'n8n_workflow_error',
    course: 'workflow_error',
    advice:
      'The workflow ran in n8n and failed: look for the error among its executions in n8n, correct the workflow, then retry the execution.',
  },
  {
    when: ({ status, overLimit }) => status === 500 && overLimit,
    outcome: 'n8n_payload_too_large',
    course: 'permanent',
    advice:
      "The body is over the endpoint's size limit: raise N8N_PAYLOAD_SIZE_MAX in n8n and payloadLimitBytes of the endpoint, or have the sender send less.",
  },
  {
    when: ({ status, message }) => status === 500 && message === 'There was a problem executing the workflow',
    outcome: 'n8n_internal_error',
    course: 'retry',
    advice:
      "n8n could not start the workflow: look into its log. It answers the same to a body over N8N_PAYLOAD_SIZE_MAX; set the endpoint's payloadLimitBytes to that limit so that such bodies are not sent again.",
  },
  { when: ({ status }) => status >= 500, outcome: 'server_error', course: 'retry', advice: null },
  {
    when: between(300, 399),
    outcome: 'redirected',
    course: 'permanent',
    advice:
      'Redirects are not followed: set the URL of the endpoint to where its Location header points, then retry the execution.',
  },
  {
    when: status(413),
    outcome: 'payload_too_large',
    course: 'permanent',
    advice: 'The endpoint, or a proxy before it, does not take a body of this size: raise the limit there.',
  },
  {
    when: ({ status }) => status === 401 || status === 403,
    outcome: 'authorization_refused',
    course: 'permanent',
    advice:
      "The endpoint refused the request as unauthorized: the sender's own credentials are not forwarded, so give the endpoint its credential in `headers`, or let it verify x-hookgate-signature instead; then retry the execution.",
  },
];

/** What an answer says. Any other 4xx is permanent and named after its status. */
export function readResponse(result: ResponseResult, overLimit: boolean): Finding {
  const facts = { status: result.statusCode, overLimit, ...readBody(result) };
  const rule = RULES.find(({ when }) => when(facts));
  if (rule) return { outcome: rule.outcome, course: rule.course, advice: rule.advice };
  return {
    outcome: `http_${result.statusCode}`,
    course: 'permanent',
    advice: `The endpoint refuses this request with HTTP ${result.statusCode} and would refuse it again: the answer's body may say why. Correct the endpoint or the sender, then retry the execution.`,
  };
}

function readBody({ statusCode, body }: ResponseResult): { text: string; message: string } {
  if (statusCode < 400) return { text: '', message: '' };
  const text = body.toString('utf8');
  if (!text.trimStart().startsWith('{')) return { text, message: '' };
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return { text, message: typeof message === 'string' ? message : '' };
  } catch {
    return { text, message: '' }; // not JSON after all, so n8n did not write it
  }
}
