import { type Cycle, cycle, cycleStoryEntry } from '@patchbay/contracts/cycle';
import { PatchbayError } from '@patchbay/contracts/errors';
import { haltInput } from '@patchbay/contracts/plan-progress';
import { numberId } from '@patchbay/contracts/run';
import type { CycleEvent, ObservedWave } from '@patchbay/domain/rollout/cycle-state';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { cycleStory } from '../db/cycle-rollouts.ts';
import { findCycle } from '../db/views/cycles.ts';
import { movePlanCycle } from '../plan/move-plan-cycle.ts';
import { afterMove } from '../plan/plan-shell.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';
import { showRollout } from './show-rollout.ts';

const tags = ['cycles'];
const mostSentences = 1000;

/** `/api/v1/cycles/:id/…`: what people do to a cycle that goes over its endpoints in waves (P-08). */
export function cycleRolloutRoutes(app: App, context: HttpContext): void {
  const move = (
    request: FastifyRequest<{ Params: { id: number } }>,
    reply: FastifyReply,
    eventOf: (by: string, at: number, waves: readonly ObservedWave[]) => CycleEvent,
  ): Promise<Cycle> =>
    perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
      const { id } = request.params;
      const current = found('cycle', id, await findCycle(tx, id));
      const at = context.now();
      const moved = await movePlanCycle(tx, context, id, at, 'wait', (waves) => eventOf(saved.by, at, waves));
      if (moved === null || moved.decision.kind !== 'accepted') {
        const why =
          moved === null
            ? 'it has no rollout'
            : moved.decision.kind === 'accepted'
              ? ''
              : moved.decision.reason;
        throw new PatchbayError('NOT_POSSIBLE_NOW', `Cycle ${id} cannot do that now: ${why}.`);
      }
      await audit({ kind: 'cycle', id: String(id), name: current.plan?.name ?? null });
      afterCommit(() => void afterMove(context, moved.after));
      const stored = found('cycle', id, await findCycle(tx, id));
      return { status: 200, body: { ...stored, rollout: await showRollout(tx, id, context.now()) } };
    });

  app.post('/cycles/:id/halt', {
    config: { action: 'cycle.halt' },
    schema: {
      tags,
      summary: 'Halt a cycle: what runs is finished, nothing more is started',
      params: numberId,
      body: haltInput,
      response: { 200: cycle },
    },
    handler: (request, reply) =>
      move(request, reply, (by, at, waves) => ({ kind: 'halt', by, at, waves, reason: request.body.reason })),
  });

  app.post('/cycles/:id/resume', {
    config: { action: 'cycle.resume' },
    schema: {
      tags,
      summary: 'Resume a halted cycle, and put up with what halted it',
      params: numberId,
      response: { 200: cycle },
    },
    handler: (request, reply) => move(request, reply, (by, at, waves) => ({ kind: 'resume', by, at, waves })),
  });

  app.post('/cycles/:id/approve-wave', {
    config: { action: 'cycle.approveWave' },
    schema: {
      tags,
      summary: 'Approve that the next wave opens',
      params: numberId,
      response: { 200: cycle },
    },
    handler: (request, reply) =>
      move(request, reply, (by, at, waves) => ({ kind: 'approveGate', by, at, waves })),
  });

  app.get('/cycles/:id/story', {
    config: { action: 'cycle.read' },
    schema: {
      tags,
      summary: 'Tell how the rollout of a cycle has gone, in sentences, oldest first',
      params: numberId,
      response: { 200: z.array(cycleStoryEntry) },
    },
    handler: async ({ params: { id } }) => {
      found('cycle', id, await findCycle(context.pool, id));
      const story = await cycleStory(context.pool, id, mostSentences);
      return story.map(({ at, notes }) => ({ at: at.toISOString(), sentences: [...notes] }));
    },
  });
}
