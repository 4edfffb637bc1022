import type { App } from '../app.ts';
import { N8N_PROBLEMS, type N8nAccess, n8nFor, n8nValue } from '../management/n8n-access.ts';
import { pageOf } from '../management/n8n-page.ts';
import { registerN8nWorkflow } from '../management/n8n-registration.ts';
import type { ReachingStores } from '../management/workflow-commands.ts';
import { workflowView } from '../management/workflow-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, LOCATION, problems } from '../schemas/common.ts';
import { n8nRegisteredBefore } from '../schemas/examples/n8n.ts';
import {
  N8nRegistered,
  N8nRegistration,
  N8nWorkflow,
  N8nWorkflowPage,
  N8nWorkflowParams,
  N8nWorkflowsQuery,
} from '../schemas/n8n.ts';

export interface N8nWorkflowRoutePorts extends ReachingStores {
  publicUrl: () => string;
  n8nAccess: N8nAccess;
}

const tags = ['n8n'];

/** What is in n8n, and how it comes to be delivered to: `/api/n8n/workflows`. */
export const n8nWorkflowRoutes = (ports: N8nWorkflowRoutePorts) => async (app: App) => {
  app.get(
    '/api/n8n/workflows',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'listN8nWorkflows',
        tags,
        summary: 'List the workflows in n8n',
        description:
          "Newest first, as n8n's public API tells them, with where each takes webhooks. For the default organization and the admin key, unless `N8N_SHARED` is true.",
        querystring: N8nWorkflowsQuery,
        response: { 200: N8nWorkflowPage, ...problems('invalid_cursor', ...N8N_PROBLEMS) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const list = n8nValue(await n8nFor(ports.n8nAccess, request.caller).listWorkflows(), 'workflow');
      return pageOf(list, filter, { limit, cursor });
    },
  );

  registerRegistration(app, ports);
  registerSwitch(app, ports, 'activate');
  registerSwitch(app, ports, 'deactivate');
};

function registerRegistration(app: App, ports: N8nWorkflowRoutePorts): void {
  app.post(
    '/api/n8n/workflows/:id/register',
    {
      // Looking into n8n must not be a way around the scope for what is made here.
      onRequest: requireScope('n8n:write', 'workflows:write'),
      // No body at all means the only webhook node, and the defaults.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
      schema: {
        operationId: 'registerN8nWorkflow',
        tags,
        summary: 'Deliver to a workflow in n8n',
        description:
          'Makes an endpoint for one of its webhook nodes and a trigger that leads there, of a new workflow or of the one that is named. Needs both `n8n:write` and `workflows:write`. What leads there already is used again: then the answer is 200.',
        params: N8nWorkflowParams,
        body: N8nRegistration,
        'x-body-optional': true,
        response: {
          200: answer(N8nRegistered, {
            description: 'It was there already.',
            headers: { location: LOCATION },
            example: n8nRegisteredBefore,
          }),
          201: answer(N8nRegistered, { headers: { location: LOCATION } }),
          ...problems(
            'n8n_workflow_not_found',
            'workflow_not_found',
            'n8n_workflow_inactive',
            'n8n_no_webhook',
            'name_taken',
            'invalid_configuration',
            ...N8N_PROBLEMS,
          ),
        },
      },
    },
    async (request, reply) => {
      const api = n8nFor(ports.n8nAccess, request.caller);
      const found = n8nValue(await api.getWorkflow(request.params.id), 'workflow');
      const { organizationId } = request.caller;
      const registered = await registerN8nWorkflow(ports, {
        organizationId,
        workflow: found,
        asked: request.body,
      });
      const { workflow, generated, endpointId, triggerId, chosen, warnings } = registered;
      reply.code(registered.isNew ? 201 : 200).header('location', `/api/workflows/${workflow.id}`);
      return {
        workflow: workflowView(workflow, ports.publicUrl(), generated),
        endpointId,
        triggerId,
        webhook: chosen.node,
        warnings,
      };
    },
  );
}

function registerSwitch(
  app: App,
  { n8nAccess }: N8nWorkflowRoutePorts,
  action: 'activate' | 'deactivate',
): void {
  const verb = action === 'activate' ? 'Activate' : 'Deactivate';
  app.post(
    `/api/n8n/workflows/:id/${action}`,
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: `${action}N8nWorkflow`,
        tags,
        summary: `${verb} a workflow in n8n`,
        description:
          'Changes nothing when it is so already. It takes effect a moment after this answer: under a second, longer when n8n is busy.',
        params: N8nWorkflowParams,
        response: {
          200: N8nWorkflow,
          ...problems('n8n_workflow_not_found', 'n8n_change_refused', ...N8N_PROBLEMS),
        },
      },
    },
    async (request) =>
      n8nValue(await n8nFor(n8nAccess, request.caller).switchWorkflow(request.params.id, action), 'workflow'),
  );
}
