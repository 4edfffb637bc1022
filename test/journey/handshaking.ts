import { createHmac } from 'node:crypto';
import type { WorkflowInput } from '../../src/http/schemas/workflows.ts';
import type { CallSender } from '../../src/service/senders.ts';
import type { ApiAnswer, CallOptions } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import type { Test } from '../helpers/tap.ts';

export const SECRET = 'the-secret-of-the-sender';
export const TOKEN = 'the-verify-token-of-ours';

export type Webhook = NonNullable<WorkflowInput['webhook']>;
export const now = () => String(Math.floor(Date.now() / 1000));
export const hmac = (text: string, encoding: 'hex' | 'base64' = 'hex', key = SECRET) =>
  createHmac('sha256', key).update(text).digest(encoding);

export const answerOf = ({ status, headers, body }: ApiAnswer<unknown>) => ({
  status,
  type: String(headers['content-type'] ?? '').split(';')[0],
  body,
});
export const plain = (body: string) => ({ status: 200, type: 'text/plain', body });
export const json = (body: unknown) => ({ status: 200, type: 'application/json', body });

/** The service, with hosts of senders that answer as `callSender` does. */
export async function startHandshaking(t: Test, callSender?: CallSender) {
  const { api, logs } = await startJourney(t, callSender && { callSender });

  const make = async (webhook: Webhook) => (await api.createWorkflow({ webhook })).id;

  const get = (id: string, query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    api.call<string>('GET', `/api/webhooks/${id}`, { query, headers: { authorization: '', ...headers } });

  /** The handshake as the log has it, without an execution and without its body. */
  async function logged(id: string, handshake: string, statusCode: number, errorCode: string | null = null) {
    const row = await eventually(`${handshake} is logged`, async () =>
      (await api.logs({ workflowId: id })).find(
        (log) => log.handshake === handshake && log.errorCode === errorCode,
      ),
    );
    t.match(row, { statusCode, executionId: null, handshake });
    const { request } = await api.log(row.id);
    t.equal(request.body, null);
    t.same(await api.executions({ workflowId: id }), []);
    return request;
  }

  /** Whatever is refused for its signature: 401, and no handshake in the log. */
  async function refusedAsStranger(id: string, options: CallOptions) {
    const answer = await api.send(id, options);
    t.equal(answer.status, 401);
    const rows = await eventually('it is logged', async () => {
      const found = await api.logs({ workflowId: id });
      return found.length > 0 && found;
    });
    t.same(
      rows.map((row) => row.handshake),
      [null],
    );
  }

  return { api, logs, make, get, logged, refusedAsStranger };
}
