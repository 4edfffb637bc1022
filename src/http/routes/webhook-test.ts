import type { FastifyRequest, LightMyRequestResponse } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { App } from '../app.ts';
import { bodyView } from '../management/body-view.ts';
import { memberSource, parseJson } from '../management/json-input.ts';
import { makeSample, redacted, type Sample } from '../management/webhook-test.ts';
import type { Stores } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { refuseDelivery } from '../plugins/refuse-delivery.ts';
import { IdParams, problems } from '../schemas/common.ts';
import { WebhookTest, WebhookTested } from '../schemas/webhook-settings.ts';
import { startedUnsaid } from '../webhook-answers.ts';

export interface WebhookTestRoutePorts extends Stores {
  publicUrl: () => string;
  /** Has this process read the workflow anew, rather than hear of its last change a moment later. */
  refreshWorkflow: (workflowId: string) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body of a webhook test as it came: what is in it is sent byte for byte. */
    webhookTestSource: Buffer | null;
  }
}

const NO_BODY = Buffer.alloc(0);

/** Trying a webhook out: `/api/workflows/:id/webhook/test`, in a scope that parses JSON as data. */
export const webhookTestRoutes = (ports: WebhookTestRoutePorts) => async (app: App) => {
  app.decorateRequest('webhookTestSource', null);
  app.removeContentTypeParser('application/json');
  const parse = async (request: FastifyRequest, source: Buffer): Promise<unknown> => {
    request.webhookTestSource = source;
    return source.length === 0 ? {} : parseJson(source);
  };
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, parse);

  app.post(
    '/api/workflows/:id/webhook/test',
    {
      config: { carries: 'data' },
      onRequest: requireScope('workflows:write'),
      preHandler: refuseDelivery,
      // No body at all means the sample of ours.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
      schema: {
        operationId: 'testWebhook',
        tags: ['Webhook settings'],
        summary: 'Send a test webhook',
        description:
          'Sends a webhook, signed with the newest secret, through the real path: it is verified, limited, stored and executed like any other, and its answer is reported as it was, also a refusal. It comes from the address of whoever calls this, which an allowlist must hold.',
        params: IdParams,
        body: WebhookTest,
        'x-body-optional': true,
        response: {
          200: WebhookTested,
          ...problems('workflow_not_found', 'cannot_sign', 'hop_limit_reached'),
        },
      },
    },
    async (request) => {
      const sample = await makeSample(ports, {
        organizationId: request.caller.organizationId,
        workflowId: request.params.id,
        publicUrl: ports.publicUrl(),
        body: memberSource(request.webhookTestSource ?? NO_BODY, 'body'),
        headers: request.body.headers ?? {},
      });
      ports.refreshWorkflow(sample.workflowId);
      return report(sample, await send(app, sample, request.ip));
    },
  );
};

/**
 * Into this very server rather than over the network: PUBLIC_URL may lead through proxies that this process cannot
 * reach itself by, and all that receiving does comes after the socket.
 */
async function send(app: App, { workflowId, url, headers, body }: Sample, remoteAddress: string) {
  const { search } = new URL(url);
  try {
    return await app.inject({
      method: 'POST',
      url: `/api/webhooks/${workflowId}${search}`,
      headers,
      payload: body,
      remoteAddress,
    });
  } catch (error) {
    if ((error as { code?: string }).code !== 'FST_ERR_REOPENED_CLOSE_SERVER') throw error;
    throw new Problem('shutting_down', { headers: { 'retry-after': '1' } });
  }
}

const SHOWN_HEADERS = ['content-type', 'retry-after', 'x-request-id'];

function report(sample: Sample, response: LightMyRequestResponse): WebhookTested {
  const { url, body } = sample;
  const answer = bodyView(response.rawPayload).body;
  const said = (answer ?? {}) as { logId?: unknown; executionId?: unknown };
  const { logId, executionId } = startedUnsaid(response.raw.req) ?? said;
  return {
    request: { method: 'POST', url, headers: redacted(sample), body: body.toString() },
    response: {
      status: response.statusCode,
      headers: SHOWN_HEADERS.flatMap((name) => {
        const value = response.headers[name];
        return value === undefined ? [] : [{ name, value: String(value) }];
      }),
      body: answer,
    },
    logId: typeof logId === 'string' ? logId : null,
    executionId: typeof executionId === 'string' ? executionId : null,
  };
}
