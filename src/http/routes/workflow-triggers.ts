import { Type } from 'typebox';
import { asTenant } from '../../store/database.ts';
import { findTrigger, pageTriggers } from '../../store/triggers.ts';
import type { App } from '../app.ts';
import {
  type ConfirmPorts,
  requireChangeConfirmable,
  requireConfirmable,
} from '../management/await-callback.ts';
import { notModified } from '../management/etag.ts';
import { changeTrigger, createTrigger, existing, removeTrigger } from '../management/trigger-commands.ts';
import { triggerTag, workflowTriggerView } from '../management/trigger-view.ts';
import type { ReachingStores } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, page, problems } from '../schemas/common.ts';
import { IfMatch, IfNoneMatch, NotModified, tagged } from '../schemas/conditional.ts';
import {
  TriggersQuery,
  WorkflowTrigger,
  WorkflowTriggerChanges,
  WorkflowTriggerInput,
} from '../schemas/triggers.ts';

const tags = ['Workflow triggers'];

/** A trigger is part of its workflow, and one to another endpoint sends elsewhere whatever the workflow gets. */
const TO_CHANGE = ['n8n:write', 'workflows:write'] as const;
const SCOPES_NEEDED = 'Needs both `n8n:write` and `workflows:write`.';

export interface WorkflowTriggerRoutePorts extends ReachingStores, ConfirmPorts {}

/** Which executions go where: `/api/workflow-triggers`. */
export const workflowTriggerRoutes = (stores: WorkflowTriggerRoutePorts) => async (app: App) => {
  const { db } = stores;

  app.post(
    '/api/workflow-triggers',
    {
      onRequest: requireScope(...TO_CHANGE),
      schema: {
        operationId: 'createWorkflowTrigger',
        tags,
        summary: 'Create a trigger',
        description: `It takes the executions that come from now on. It is a change of its workflow, whose \`ETag\` changes with it. ${SCOPES_NEEDED}`,
        body: WorkflowTriggerInput,
        response: {
          201: answer(tagged(WorkflowTrigger), { headers: { location: LOCATION } }),
          ...problems('name_taken', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.caller;
      await requireConfirmable(stores, request.caller, [{ ...request.body, at: '/body' }]);
      const { trigger, generated } = await createTrigger(stores, organizationId, request.body);
      reply.code(201).header('location', `/api/workflow-triggers/${trigger.id}`);
      reply.header('etag', triggerTag(trigger));
      return workflowTriggerView(trigger, generated);
    },
  );

  app.get(
    '/api/workflow-triggers',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'listWorkflowTriggers',
        tags,
        summary: 'List the triggers',
        description: 'Newest first, of all workflows that are not deleted.',
        querystring: TriggersQuery,
        response: { 200: page(WorkflowTrigger), ...problems('invalid_cursor') },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const list = await asTenant(db, request.caller.organizationId, (trx) =>
        pageTriggers(trx, filter, { limit, cursor }),
      );
      return { ...list, data: list.data.map((trigger) => workflowTriggerView(trigger)) };
    },
  );

  app.get(
    '/api/workflow-triggers/:id',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'getWorkflowTrigger',
        tags,
        summary: 'Show a trigger',
        description: 'With its endpoint, without its secret.',
        params: IdParams,
        headers: IfNoneMatch,
        response: { 200: tagged(WorkflowTrigger), 304: NotModified, ...problems('trigger_not_found') },
      },
    },
    async (request, reply) => {
      const trigger = await existing(
        asTenant(db, request.caller.organizationId, (trx) => findTrigger(trx, request.params.id)),
      );
      return notModified(request, reply, triggerTag(trigger)) ? reply : workflowTriggerView(trigger);
    },
  );

  registerChanges(app, stores);
};

function registerChanges(app: App, ports: WorkflowTriggerRoutePorts): void {
  const { db } = ports;
  app.patch(
    '/api/workflow-triggers/:id',
    {
      onRequest: requireScope(...TO_CHANGE),
      schema: {
        operationId: 'changeWorkflowTrigger',
        tags,
        summary: 'Change a trigger',
        description: `What is left out stays; null takes \`filter\`, \`transform\` or \`awaitCallback\` away. Its workflow and its endpoint stay, because deliveries under way find them by it: for others, make another trigger. It is a change of its workflow, whose \`ETag\` changes with it. ${SCOPES_NEEDED}`,
        params: IdParams,
        headers: IfMatch,
        body: WorkflowTriggerChanges,
        response: {
          200: tagged(WorkflowTrigger),
          ...problems('trigger_not_found', 'precondition_failed', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const target = {
        organizationId: request.caller.organizationId,
        triggerId: request.params.id,
        ifMatch: request.headers['if-match'],
      };
      const { awaitCallback } = request.body;
      await requireChangeConfirmable(ports, request.caller, { triggerId: request.params.id, awaitCallback });
      const trigger = await changeTrigger(db, target, request.body);
      reply.header('etag', triggerTag(trigger));
      return workflowTriggerView(trigger);
    },
  );

  app.delete(
    '/api/workflow-triggers/:id',
    {
      onRequest: requireScope(...TO_CHANGE),
      schema: {
        operationId: 'deleteWorkflowTrigger',
        tags,
        summary: 'Delete a trigger',
        description: `Its deliveries under way end as \`failed\` with the outcome \`trigger_removed\`. Its endpoint stays. It is a change of its workflow, whose \`ETag\` changes with it. ${SCOPES_NEEDED}`,
        params: IdParams,
        headers: IfMatch,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...problems('trigger_not_found', 'precondition_failed'),
        },
      },
    },
    async (request, reply) => {
      await removeTrigger(db, {
        organizationId: request.caller.organizationId,
        triggerId: request.params.id,
        ifMatch: request.headers['if-match'],
      });
      reply.code(204);
      return null;
    },
  );
}
