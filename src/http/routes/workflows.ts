import { Type } from 'typebox';
import { asTenant } from '../../store/database.ts';
import { findWorkflow, listWorkflows } from '../../store/workflows.ts';
import type { App } from '../app.ts';
import {
  changeWorkflow,
  createWorkflow,
  deleteWorkflow,
  existing,
  type Stores,
} from '../management/workflow-commands.ts';
import { workflowView } from '../management/workflow-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { IdParams, listQuery, page, problems } from '../schemas/common.ts';
import { Workflow, WorkflowChanges, WorkflowInput } from '../schemas/workflows.ts';

export interface WorkflowRoutePorts extends Stores {
  publicUrl: () => string;
}

const tags = ['Workflows'];

/** What is executed: `/api/workflows`. */
export const workflowRoutes = (ports: WorkflowRoutePorts) => async (app: App) => {
  const { db, publicUrl } = ports;

  app.post(
    '/api/workflows',
    {
      onRequest: requireScope('workflows:write'),
      schema: {
        operationId: 'createWorkflow',
        tags,
        summary: 'Create a workflow',
        description:
          'Makes the workflow with its webhook, its triggers and their endpoints. Secrets that are generated are in this answer and in no other.',
        body: WorkflowInput,
        response: { 201: Workflow, ...problems('name_taken', 'invalid_configuration') },
      },
    },
    async (request, reply) => {
      const { workflow, generated } = await createWorkflow(
        ports,
        request.caller.organizationId,
        request.body,
      );
      reply.code(201).header('location', `/api/workflows/${workflow.id}`);
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
        querystring: listQuery({}),
        response: { 200: page(Workflow), ...problems('invalid_cursor') },
      },
    },
    async (request) => {
      const list = await asTenant(db, request.caller.organizationId, (trx) =>
        listWorkflows(trx, request.query),
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
        response: { 200: Workflow, ...problems('workflow_not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.caller;
      const workflow = await existing(
        asTenant(db, organizationId, (trx) => findWorkflow(trx, request.params.id)),
      );
      return workflowView(workflow, publicUrl());
    },
  );

  registerChanges(app, ports);
};

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
          'What is left out stays. `triggers` replaces the whole set; a trigger that keeps its endpoint stays the same trigger, for deliveries under way too.',
        params: IdParams,
        body: WorkflowChanges,
        response: { 200: Workflow, ...problems('workflow_not_found', 'name_taken', 'invalid_configuration') },
      },
    },
    async (request) => {
      const owner = { organizationId: request.caller.organizationId, workflowId: request.params.id };
      const { workflow, generated } = await changeWorkflow(ports, owner, request.body);
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
        response: { 204: Type.Null({ description: 'Deleted.' }), ...problems('workflow_not_found') },
      },
    },
    async (request, reply) => {
      const owner = { organizationId: request.caller.organizationId, workflowId: request.params.id };
      await deleteWorkflow(ports.db, owner);
      reply.code(204);
      return null;
    },
  );
}
