import {
  type Group,
  group,
  groupInput,
  groupPreview,
  groupPreviewInput,
  groupQuery,
  groupSummary,
} from '@patchbay/contracts/group';
import { page } from '@patchbay/contracts/page';
import { link } from '@patchbay/contracts/reference';
import { referenceId } from '@patchbay/contracts/run';
import { groupRuleProblems } from '@patchbay/domain/group/rule-problems';
import { ruleInWords } from '@patchbay/domain/group/rule-words';
import { z } from 'zod';
import { countMembers, findGroup, groupsOfEndpoint, listGroups } from '../db/groups.ts';
import type { Queryable } from '../db/queryable.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import { firstMembers } from '../db/views/group-members.ts';
import { requireValid } from '../library/refused.ts';
import { removeGroup } from '../library/remove.ts';
import { createGroup, replaceGroup } from '../library/save-group.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { deleteThing } from './delete-thing.ts';
import { etagOf, requireMatch } from './etag.ts';
import { found } from './found.ts';
import { type Answer, perform } from './perform.ts';
import { groupWarnings, showGroup, showGroups } from './show-group.ts';

const tags = ['groups'];
const shownMembers = 20;

/** `/api/v1/groups`: sets of endpoints by rules over facts and tags (E-13). */
export function groupRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/groups', {
    config: { action: 'group.read' },
    schema: {
      tags,
      summary: 'List groups with how many endpoints belong to them now',
      querystring: groupQuery,
      response: { 200: page(groupSummary) },
    },
    handler: async ({ query }) => {
      const { items, nextCursor } = await listGroups(pool, query, query);
      return { items: await showGroups(pool, items), nextCursor };
    },
  });

  app.get('/groups/:id', {
    config: { action: 'group.read' },
    schema: {
      tags,
      summary: 'Show a group; its endpoints are those of the selector group:NAME',
      params: referenceId,
      response: { 200: group },
    },
    handler: async ({ params: { id } }, reply) => {
      const stored = found('group', id, await findGroup(pool, id));
      void reply.header('etag', etagOf(stored.version));
      return showGroup(pool, stored);
    },
  });

  app.post('/groups/preview', {
    config: { action: 'group.read' },
    schema: {
      tags,
      summary: 'Tell which endpoints a rule means, without saving it',
      body: groupPreviewInput,
      response: { 200: groupPreview },
    },
    handler: async ({ body: { rule } }) => {
      requireValid('rule', groupRuleProblems(rule));
      const [members = 0] = await countMembers(pool, [rule]);
      const endpoints = await firstMembers(pool, rule, shownMembers);
      return { inWords: ruleInWords(rule), members, endpoints, warnings: groupWarnings(members) };
    },
  });

  app.post('/groups', {
    config: { action: 'group.write', deed: 'group.create' },
    schema: { tags, summary: 'Create a group', body: groupInput, response: { 201: group } },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const id = await createGroup(tx, request.body, saved);
        await audit({ kind: 'group', id, name: request.body.name });
        return answer(201, tx, id);
      }),
  });

  app.put('/groups/:id', {
    config: { action: 'group.write', deed: 'group.edit' },
    schema: {
      tags,
      summary: 'Replace a group',
      params: referenceId,
      body: groupInput,
      response: { 200: group },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const current = found('group', id, await findGroup(tx, id, 'lock'));
        requireMatch(request, current);
        await replaceGroup(tx, current, request.body, saved);
        await audit({ kind: 'group', id: current.id, name: request.body.name });
        return answer(200, tx, current.id);
      }),
  });

  app.delete('/groups/:id', {
    config: { action: 'group.write', deed: 'group.delete' },
    schema: {
      tags,
      summary: 'Delete a group that nothing uses',
      params: referenceId,
      response: { 204: z.null() },
    },
    handler: (request, reply) =>
      deleteThing(context, request, reply, { kind: 'group', find: findGroup, remove: removeGroup }),
  });

  app.get('/endpoints/:id/groups', {
    config: { action: 'endpoint.read' },
    schema: {
      tags: ['endpoints'],
      summary: 'List the groups that an endpoint belongs to now',
      params: referenceId,
      response: { 200: page(link) },
    },
    handler: async ({ params: { id } }) => {
      const known = found('endpoint', id, await findEndpoint(pool, id));
      const groups = await groupsOfEndpoint(pool, known.id);
      return { items: groups.map((one) => ({ id: one.id, name: one.name })), nextCursor: null };
    },
  });
}

async function answer(status: 200 | 201, db: Queryable, id: string): Promise<Answer<Group>> {
  const stored = found('group', id, await findGroup(db, id));
  return {
    status,
    body: await showGroup(db, stored),
    etag: etagOf(stored.version),
    ...(status === 201 ? { location: `/groups/${id}` } : {}),
  };
}
