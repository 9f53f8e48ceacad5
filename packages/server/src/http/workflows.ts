import { page } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import { duplicateInput } from '@patchbay/contracts/task';
import { workflow, workflowInput, workflowQuery, workflowSummary } from '@patchbay/contracts/workflow';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { z } from 'zod';
import { findWorkflow, insertWorkflow, listWorkflows, setDefaultWorkflow } from '../db/workflows.ts';
import { nameOfCopy } from '../library/copy.ts';
import { requireAllowed } from '../library/refused.ts';
import { removeWorkflow } from '../library/remove.ts';
import { createWorkflow, replaceWorkflow } from '../library/save-workflow.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { deleteThing } from './delete-thing.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';
import { showWorkflow, workflowAnswer, workflowSummaryOf } from './show-workflow.ts';

const tags = ['workflows'];

/** `/api/v1/workflows`: the library's workflows (L-40 to L-49). */
export function workflowRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/workflows', {
    config: { action: 'workflow.read' },
    schema: {
      tags,
      summary: 'List workflows',
      querystring: workflowQuery,
      response: { 200: page(workflowSummary) },
    },
    handler: async ({ query }) => {
      const { items, nextCursor } = await listWorkflows(pool, query, query);
      return { items: items.map(workflowSummaryOf), nextCursor };
    },
  });

  app.get('/workflows/:id', {
    config: { action: 'workflow.read' },
    schema: { tags, summary: 'Show a workflow', params: referenceId, response: { 200: workflow } },
    handler: async ({ params: { id } }, reply) => {
      const stored = found('workflow', id, await findWorkflow(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return showWorkflow(pool, stored);
    },
  });

  app.post('/workflows', {
    config: { action: 'workflow.write', deed: 'workflow.create' },
    schema: { tags, summary: 'Create a workflow', body: workflowInput, response: { 201: workflow } },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const id = await createWorkflow(tx, request.body, 'personal', saved);
        await audit({ kind: 'workflow', id, name: request.body.name });
        return workflowAnswer(201, tx, id);
      }),
  });

  app.put('/workflows/:id', {
    config: { action: 'workflow.write', deed: 'workflow.edit' },
    schema: {
      tags,
      summary: 'Replace a workflow',
      params: referenceId,
      body: workflowInput,
      response: { 200: workflow },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const current = found('workflow', id, await findWorkflow(tx, id, 'lock'));
        requireAllowed(editRefusal({ kind: 'workflow', ...current }));
        requireMatch(request, current);
        await replaceWorkflow(tx, current, request.body, saved);
        await audit({ kind: 'workflow', id: current.id, name: request.body.name });
        return workflowAnswer(200, tx, current.id);
      }),
  });

  app.delete('/workflows/:id', {
    config: { action: 'workflow.write', deed: 'workflow.delete' },
    schema: { tags, summary: 'Delete a workflow', params: referenceId, response: { 204: z.null() } },
    handler: (request, reply) =>
      deleteThing(context, request, reply, { kind: 'workflow', find: findWorkflow, remove: removeWorkflow }),
  });

  app.post('/workflows/:id/duplicate', {
    config: { action: 'workflow.write', deed: 'workflow.duplicate' },
    schema: {
      tags,
      summary: 'Copy a workflow with all its steps',
      params: referenceId,
      body: duplicateInput,
      response: { 201: workflow },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const original = found('workflow', id, await findWorkflow(tx, id, 'lock'));
        const taken = async (name: string) => (await findWorkflow(tx, name)) !== null;
        const name = await nameOfCopy(original.name, request.body.name, taken);
        const copy = await insertWorkflow(tx, { ...original, name }, 'personal', saved);
        await audit({ kind: 'workflow', id: copy, name }, { of: original.name });
        return workflowAnswer(201, tx, copy);
      }),
  });

  app.post('/workflows/:id/set-default', {
    config: { action: 'workflow.write', deed: 'workflow.setDefault' },
    schema: {
      tags,
      summary: 'Make a workflow the default of its operating system',
      params: referenceId,
      response: { 200: workflow },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, audit }) => {
        const { id } = request.params;
        const current = found('workflow', id, await findWorkflow(tx, id, 'lock'));
        await setDefaultWorkflow(tx, current);
        await audit({ kind: 'workflow', id: current.id, name: current.name }, { os: current.os });
        return workflowAnswer(200, tx, current.id);
      }),
  });
}
