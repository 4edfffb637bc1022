import { Type } from 'typebox';
import { asTenant } from '../../store/database.ts';
import { findWorkflow, listWorkflows, type StoredWorkflow } from '../../store/workflows.ts';
import type { App } from '../app.ts';
import { type ConfirmPorts, requireConfirmable } from '../management/await-callback.ts';
import { entityTag, notModified } from '../management/etag.ts';
import { existing } from '../management/locked-change.ts';
import {
  changeWorkflow,
  createWorkflow,
  deleteWorkflow,
  type ReachingStores,
} from '../management/workflow-commands.ts';
import { workflowView } from '../management/workflow-view.ts';
import { requireFor, requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, page, problems } from '../schemas/common.ts';
import { IfMatch, IfNoneMatch, NotModified, tagged } from '../schemas/conditional.ts';
import { workflowOnce } from '../schemas/examples/workflows.ts';
import type { TriggerInput } from '../schemas/triggers.ts';
import { Workflow, WorkflowChanges, WorkflowInput, WorkflowsQuery } from '../schemas/workflows.ts';

export interface WorkflowRoutePorts extends ReachingStores, ConfirmPorts {
  publicUrl: () => string;
}

const tags = ['Workflows'];

/** What is executed: `/api/workflows`. */
export const workflowRoutes = (ports: WorkflowRoutePorts) => async (app: App) => {
  const { db, publicUrl } = ports;

  app.post(
    '/api/workflows',
    {
      config: { carries: 'schema' },
      onRequest: requireScope('workflows:write'),
      schema: {
        operationId: 'createWorkflow',
        tags,
        summary: 'Create a workflow',
        description:
          'Makes the workflow with its webhook, its triggers and their endpoints. Secrets that are generated are in this answer and in no other. `triggers` say where it is delivered: with them the call needs `n8n:write` beside `workflows:write`.',
        body: WorkflowInput,
        response: {
          201: answer(tagged(Workflow), { headers: { location: LOCATION }, example: workflowOnce }),
          ...problems('name_taken', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      if (request.body.triggers?.length) requireFor('triggers', request.caller, 'n8n:write');
      await requireConfirmable(ports, request.caller, triggersOf(request.body));
      const { workflow, generated } = await createWorkflow(
        ports,
        request.caller.organizationId,
        request.body,
      );
      reply.code(201).header('location', `/api/workflows/${workflow.id}`);
      reply.header('etag', tagOf(workflow, publicUrl()));
      return workflowView(workflow, publicUrl(), generated);
    },
  );

  app.get(
    '/api/workflows',
    {
      onRequest: requireScope('workflows:read'),
      schema: {
        operationId: 'listWorkflows',
        tags,
        summary: 'List the workflows',
        description: 'Newest first.',
        querystring: WorkflowsQuery,
        response: { 200: page(Workflow), ...problems('invalid_cursor') },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const list = await asTenant(db, request.caller.organizationId, (trx) =>
        listWorkflows(trx, filter, { limit, cursor }),
      );
      return { ...list, data: list.data.map((workflow) => workflowView(workflow, publicUrl())) };
    },
  );

  app.get(
    '/api/workflows/:id',
    {
      onRequest: requireScope('workflows:read'),
      schema: {
        operationId: 'getWorkflow',
        tags,
        summary: 'Show a workflow',
        description: 'With its webhook, its triggers and their endpoints, without their secrets.',
        params: IdParams,
        headers: IfNoneMatch,
        response: { 200: tagged(Workflow), 304: NotModified, ...problems('workflow_not_found') },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.caller;
      const workflow = await existing(
        asTenant(db, organizationId, (trx) => findWorkflow(trx, request.params.id)),
      );
      const view = workflowView(workflow, publicUrl());
      return notModified(request, reply, entityTag(workflow.version, view)) ? reply : view;
    },
  );

  registerChanges(app, ports);
};

/** Of the workflow as everybody sees it: a secret that is shown once is no part of what it is. */
const tagOf = (workflow: StoredWorkflow, publicUrl: string): string =>
  entityTag(workflow.version, workflowView(workflow, publicUrl));

const triggersOf = ({ triggers = [] }: { triggers?: TriggerInput[] }) =>
  triggers.map((trigger, i) => ({ ...trigger, at: `/body/triggers/${i}` }));

function registerChanges(app: App, ports: WorkflowRoutePorts): void {
  app.patch(
    '/api/workflows/:id',
    {
      onRequest: requireScope('workflows:write'),
      schema: {
        operationId: 'changeWorkflow',
        tags,
        summary: 'Change a workflow',
        description:
          'What is left out stays. `triggers` replaces the whole set; a trigger that keeps its endpoint stays the same trigger, for deliveries under way too. They say where it is delivered: with them the call needs `n8n:write` beside `workflows:write`.',
        params: IdParams,
        headers: IfMatch,
        body: WorkflowChanges,
        response: {
          200: tagged(Workflow),
          ...problems('workflow_not_found', 'precondition_failed', 'name_taken', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const target = {
        organizationId: request.caller.organizationId,
        workflowId: request.params.id,
        ifMatch: request.headers['if-match'],
      };
      // None are a change too: they take all away.
      if (request.body.triggers !== undefined) requireFor('triggers', request.caller, 'n8n:write');
      await requireConfirmable(ports, request.caller, triggersOf(request.body));
      const { workflow, generated } = await changeWorkflow(ports, target, request.body);
      reply.header('etag', tagOf(workflow, ports.publicUrl()));
      return workflowView(workflow, ports.publicUrl(), generated);
    },
  );

  app.delete(
    '/api/workflows/:id',
    {
      onRequest: requireScope('workflows:write'),
      schema: {
        operationId: 'deleteWorkflow',
        tags,
        summary: 'Delete a workflow',
        description:
          'Its webhook answers 404 from now on and its open executions are cancelled. What was received and executed stays visible until its retention.',
        params: IdParams,
        headers: IfMatch,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...problems('workflow_not_found', 'precondition_failed'),
        },
      },
    },
    async (request, reply) => {
      await deleteWorkflow(ports.db, {
        organizationId: request.caller.organizationId,
        workflowId: request.params.id,
        ifMatch: request.headers['if-match'],
      });
      reply.code(204);
      return null;
    },
  );
}
