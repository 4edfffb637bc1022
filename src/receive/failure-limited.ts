import type { FailureLimit } from './failure-limit.ts';
import type { ReceiveWebhook } from './receive-webhook.ts';

/**
 * Counts who authenticates and who fails to. An address that has to wait gets here only when it is trusted: then what
 * is authentic is taken, and the rest is told to wait.
 */
export function limitFailures(failures: FailureLimit, receive: ReceiveWebhook): ReceiveWebhook {
  return async (request) => {
    const outcome = await receive(request);
    const { sourceIp, policy } = request;
    const { door, workflow } = policy;
    // Its notifications have a token in them instead, which nobody may guess at leisure.
    const provesByBody = policy.handshake === 'microsoft_graph';
    if (workflow.authType === 'none' && !provesByBody) return outcome;
    if (outcome.status === 'accepted') failures.authenticated(door, sourceIp);
    if (outcome.status !== 'unauthenticated') return outcome;
    const standing = failures.standing(door, sourceIp);
    if (standing.waiting) {
      return { status: 'too_many_failures', retryAfterSeconds: standing.retryAfterSeconds };
    }
    failures.failed(door, sourceIp);
    return outcome;
  };
}
