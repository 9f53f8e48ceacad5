import { createHash } from 'node:crypto';
import { type ErrorCode, PatchbayError } from '@patchbay/contracts/errors';
import { referenceId } from '@patchbay/contracts/run';
import { type PlanDecision, planDecision, planDecisionInput } from '@patchbay/contracts/webhook-sender';
import { isFresh } from '@patchbay/domain/webhook/freshness';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { saveAnswer, takeKey } from '../db/idempotency-keys.ts';
import { findPlan } from '../db/plans.ts';
import { type Transaction, withTransaction } from '../db/pool.ts';
import { findValidSender, noteSenderUse, type ValidSender } from '../db/webhook-senders.ts';
import { movePlan } from '../plan/move-plan.ts';
import { type AfterMove, afterMove, nothingAfter } from '../plan/plan-shell.ts';
import { verdictDetails, verdictEvent } from '../plan/verdict-event.ts';
import type { App } from './app.ts';
import { auditRequest } from './audit-request.ts';
import type { HttpContext } from './context.ts';
import { earlierAnswer } from './perform.ts';
import { isSignedWith, signatureHeaders, webhookSecretPurpose } from './webhook-signature.ts';

const failuresPerMinute = 30;

/** What a delivery came to; kept, so that the same delivery is answered the same again. */
interface Outcome {
  readonly status: 200;
  readonly body: PlanDecision | { readonly code: ErrorCode; readonly detail: string };
}

/** A delivery whose signature is right. */
interface Delivery {
  readonly sender: ValidSender;
  readonly id: string;
  readonly bytes: Buffer;
}

/** `/api/v1/webhook-senders/:id/decisions`: an ITSM system approves and rejects plans (P-09). */
export function planDecisionRoutes(app: App, context: HttpContext): void {
  const { pool, sealer, now } = context;
  const failures = app.createRateLimit({ max: failuresPerMinute, timeWindow: '1 minute' });

  /** Whoever sends wrong signatures too often from one address is told to wait; a right one is never held up by that. */
  const refuse = async (request: FastifyRequest, reply: FastifyReply, detail: string): Promise<never> => {
    const limit = await failures(request);
    if (limit.isAllowed || !limit.isExceeded) throw new PatchbayError('SIGNATURE_REFUSED', detail);
    void reply.header('retry-after', String(limit.ttlInSeconds));
    throw new PatchbayError(
      'TOO_MANY_REQUESTS',
      'Too many webhooks with a wrong signature came from your address.',
    );
  };

  const authenticated = async (
    request: FastifyRequest,
    reply: FastifyReply,
    reference: string,
  ): Promise<Delivery> => {
    const headers = signatureHeaders(request.headers);
    if (headers === null) {
      const needed = 'webhook-id, webhook-timestamp (seconds since 1970) and webhook-signature';
      return refuse(request, reply, `The headers ${needed} are missing, or not of their form.`);
    }
    const bytes = request.signedBytes ?? Buffer.alloc(0);
    const sender = await findValidSender(pool, reference);
    if (sender === null || !isSignedWith(sealer.open(sender.sealed, webhookSecretPurpose), headers, bytes)) {
      const detail = 'There is no such sender, or the signature was not made of this body with its secret.';
      return refuse(request, reply, detail);
    }
    const signedAt = Number(headers.timestamp) * 1000;
    if (!isFresh(signedAt, now())) {
      return refuse(
        request,
        reply,
        `It was signed at ${headers.timestamp}; here it is ${Math.floor(now() / 1000)}, more than five minutes away.`,
      );
    }
    return { sender, id: headers.id, bytes };
  };

  app.post('/webhook-senders/:id/decisions', {
    // Whoever has the secret of the sender is let in.
    config: { action: 'public', deed: 'plan.decide', signed: true },
    // Who has not signed is not told what is wrong with the body.
    attachValidation: true,
    schema: {
      tags: ['webhook senders'],
      summary: 'Approve or reject an activated plan by a signed webhook',
      description:
        'For ITSM systems. Signed as Standard Webhooks has it: `webhook-id` names the delivery, `webhook-timestamp` is the ' +
        'time in seconds since 1970, at most five minutes away, and `webhook-signature` is `v1,` and the base64 of the ' +
        "HMAC-SHA256 of `<id>.<timestamp>.<body>`, whose key is the sender's secret after `whsec_`, decoded from base64. " +
        'For a day the same `webhook-id` with the same body is answered the same again and does nothing.',
      params: referenceId,
      body: planDecisionInput,
      response: { 200: planDecision },
    },
    handler: async (request, reply) => {
      const { sender, id, bytes } = await authenticated(request, reply, request.params.id);
      if (request.validationError) throw request.validationError;
      const key = { actor: sender.id, key: id, request: createHash('sha256').update(bytes).digest() };
      const { outcome, after } = await withTransaction(pool, async (tx) => {
        const known = earlierAnswer<Outcome['body']>(await takeKey(tx, key, new Date(now())));
        if (known !== null) return { outcome: known, after: nothingAfter };
        const done = await decide(context, tx, request, sender, request.body);
        await saveAnswer(tx, key, 200, done.outcome);
        return done;
      });
      void afterMove(context, after);
      const { body } = outcome;
      if ('code' in body) throw new PatchbayError(body.code, body.detail);
      return body;
    },
  });
}

/** Carries out what a sender has decided, or says why it cannot be. */
async function decide(
  context: HttpContext,
  tx: Transaction,
  request: FastifyRequest,
  { id, name }: ValidSender,
  input: z.output<typeof planDecisionInput>,
): Promise<{ readonly outcome: Outcome; readonly after: AfterMove }> {
  const at = new Date(context.now());
  if (!(await noteSenderUse(tx, id, at))) {
    throw new PatchbayError('SIGNATURE_REFUSED', 'The sender was revoked just now.');
  }
  const { decision, reference, by: onBehalfOf, comment: reason } = input;
  const plan = await findPlan(tx, input.plan, 'lock');
  if (plan === null) return refused('NOT_FOUND', `There is no plan "${input.plan}".`);
  if (input.revision !== null && input.revision !== plan.version) {
    const detail = `The plan "${plan.name}" is at revision ${plan.version}, and revision ${input.revision} was decided on.`;
    return refused('NOT_POSSIBLE_NOW', detail);
  }
  const given = { kind: decision, by: name, onBehalfOf, at: at.getTime(), reference, reason };
  const event = await verdictEvent(tx, plan, given);
  const { decision: moved, opened, after } = await movePlan(tx, context, plan, event, name);
  if (moved.kind !== 'accepted') {
    const detail = `The plan "${plan.name}" cannot do that now: ${moved.reason}.`;
    return refused('NOT_POSSIBLE_NOW', detail);
  }
  const details = { ...verdictDetails(given), ...(opened === null ? {} : { cycle: String(opened) }) };
  await auditRequest(tx, request, {
    actor: name,
    action: `plan.${decision}`,
    object: { kind: 'plan', id: plan.id, name: plan.name },
    details,
    at,
  });
  const { status } = moved.state;
  const body = { plan: { id: plan.id, name: plan.name }, decision, reference, status };
  return { outcome: { status: 200, body }, after };
}

function refused(code: ErrorCode, detail: string): { outcome: Outcome; after: AfterMove } {
  return { outcome: { status: 200, body: { code, detail } }, after: nothingAfter };
}
