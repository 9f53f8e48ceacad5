import { createHmac, randomUUID } from 'node:crypto';
import type { AuditEntry } from '@patchbay/contracts/audit';
import type { CycleReport } from '@patchbay/contracts/cycle-report';
import type { Page } from '@patchbay/contracts/page';
import type { Plan } from '@patchbay/contracts/plan';
import type { Problem } from '@patchbay/contracts/problem';
import type { CreatedWebhookSender, PlanDecision, WebhookSender } from '@patchbay/contracts/webhook-sender';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answered } from './http-fixture.ts';
import { minuteMs, patched, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;
let sender: CreatedWebhookSender;

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
  await plans.fleet('web', 1);
  sender = await http.ok<CreatedWebhookSender>('POST', 'webhook-senders', { name: 'ServiceNow' });
});

interface Delivery {
  readonly to?: string;
  readonly secret?: string;
  readonly id?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another body than the signed one. */
  readonly sent?: string;
  readonly from?: string;
}

/** Sends a decision as an ITSM system does. */
async function deliver(decision: object | string, delivery: Delivery = {}): Promise<Answered<PlanDecision>> {
  const { to = sender.id, secret = sender.secret, id = randomUUID() } = delivery;
  const { timestamp = Math.floor(plans.now() / 1000) } = delivery;
  const signed = typeof decision === 'string' ? decision : JSON.stringify(decision);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${signed}`).digest('base64');
  const answer = await http.app.inject({
    method: 'POST',
    url: `/api/v1/webhook-senders/${encodeURIComponent(to)}/decisions`,
    remoteAddress: delivery.from ?? '203.0.113.7',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
      ...delivery.headers,
    },
    payload: delivery.sent ?? signed,
  });
  const body = answer.json();
  return {
    status: answer.statusCode,
    body,
    problem: body as Problem,
    headers: answer.headers,
    text: answer.body,
  };
}

/** A plan that waits for its approval. */
async function asking(name: string): Promise<Plan> {
  await plans.plan(name, 'endpoint:web-00', { approvalRequired: true });
  await http.ok('POST', `plans/${name}/activate`, {});
  return plans.readPlan(name);
}

/** Ends the plan's cycle, so that the endpoint is free for the next test. */
async function end(name: string): Promise<number> {
  const { lastCycle } = await plans.readPlan(name);
  if (lastCycle === null) throw new Error(`the plan ${name} has no cycle`);
  plans.answerWith(() => patched);
  await plans.lookUntil(lastCycle, 'the cycle to end', async () => {
    await plans.finish(patched);
    return (await plans.cycle(lastCycle)).status === 'finished';
  });
  return lastCycle;
}

const approve = (plan: string, more: object = {}) => ({
  plan,
  decision: 'approve',
  reference: 'CHG0012345',
  by: 'grace.hopper',
  comment: 'agreed by the board',
  ...more,
});
const auditOf = async (plan: Plan) =>
  (await http.ok<Page<AuditEntry>>('GET', `audit?object=${plan.id}`)).items.map(
    ({ actor, action, details }) => ({
      actor,
      action,
      details,
    }),
  );

describe('an ITSM system that decides about plans', () => {
  it('P-09 given a plan that waits for an approval, when a signed webhook approves it, then its cycle opens, and sender, reference and comment are kept', async () => {
    const plan = await asking('By webhook');
    const answer = await deliver(approve('By webhook', { revision: plan.revision }));
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        plan: { id: plan.id, name: 'By webhook' },
        decision: 'approve',
        reference: 'CHG0012345',
        status: 'running',
      },
    ]);
    const verdict = {
      by: 'ServiceNow',
      onBehalfOf: 'grace.hopper',
      reference: 'CHG0012345',
      reason: 'agreed by the board',
    };
    const approved = await plans.readPlan('By webhook');
    expect(approved.progress.verdict).toMatchObject(verdict);
    const [last] = await auditOf(plan);
    expect(last).toMatchObject({
      actor: 'ServiceNow',
      action: 'plan.approve',
      details: {
        onBehalfOf: 'grace.hopper',
        reference: 'CHG0012345',
        reason: 'agreed by the board',
        cycle: String(approved.lastCycle),
      },
    });
    const cycle = await end('By webhook');
    expect((await plans.readPlan('By webhook')).progress.verdict).toBeNull();
    const report = await http.ok<CycleReport>('GET', `cycles/${cycle}/report`);
    expect(report.approval).toMatchObject(verdict);
    const page = await http.call('GET', `cycles/${cycle}/report.html`);
    expect(page.text).toContain('by ServiceNow for grace.hopper, reference CHG0012345: agreed by the board');
    const [known] = (await http.ok<Page<WebhookSender>>('GET', 'webhook-senders')).items;
    expect(known?.lastUsedAt).not.toBeNull();
  });

  it('P-09 given a rejection, then the plan is rejected, and nobody else can be told to have decided', async () => {
    const plan = await asking('Rejected');
    const input = { plan: plan.id, decision: 'reject', reference: 'CHG1', comment: 'not on a Friday' };
    expect((await deliver(input)).body).toMatchObject({ status: 'rejected' });
    const { progress } = await plans.readPlan('Rejected');
    expect(progress).toMatchObject({
      status: 'rejected',
      reason: 'not on a Friday',
      verdict: { by: 'ServiceNow', onBehalfOf: null, reference: 'CHG1' },
    });
  });

  it('P-09 given the same delivery again, then it is answered the same and does nothing, also when it was refused', async () => {
    const plan = await asking('Twice');
    const id = randomUUID();
    const first = await deliver(approve('Twice'), { id });
    const seq = await http.column('select seq from plans where id = $1', plan.id);
    await end('Twice');
    expect(await deliver(approve('Twice'), { id })).toMatchObject({ status: 200, body: first.body });
    plans.advance(60 * minuteMs);
    // Sent again an hour later, which means signed again.
    expect(await deliver(approve('Twice'), { id })).toMatchObject({ status: 200, body: first.body });
    expect(await http.column('select count(*)::int from cycles where plan = $1', plan.id)).toEqual([1]);
    expect(seq).not.toEqual([0]);

    const late = randomUUID();
    const refused = await deliver(approve('Twice'), { id: late });
    expect([refused.status, refused.problem.code, refused.problem.detail]).toEqual([
      409,
      'NOT_POSSIBLE_NOW',
      'The plan "Twice" cannot do that now: the plan is done.',
    ]);
    await http.ok('POST', 'plans/Twice/activate', {});
    expect((await deliver(approve('Twice'), { id: late })).problem.detail).toBe(refused.problem.detail);
    expect((await plans.readPlan('Twice')).progress.status).toBe('awaitingApproval');
    const other = await deliver(approve('Twice', { reference: 'CHG2' }), { id: late });
    expect([other.status, other.problem.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
  });

  it('P-09 given two deliveries of the same at the same moment, then the plan moves once', async () => {
    const plan = await asking('At once');
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 4 }, () => deliver(approve('At once'), { id })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect((await auditOf(plan)).filter(({ action }) => action === 'plan.approve')).toHaveLength(1);
    await end('At once');
  });

  it('P-09 given the approval of somebody who wrote the plan, then it is refused, and the setting allows it', async () => {
    const plan = await asking('Own');
    const by = 'Administrator of the TEST';
    expect((await deliver(approve('Own', { by }))).problem).toMatchObject({
      code: 'NOT_POSSIBLE_NOW',
      detail: `The plan "Own" cannot do that now: ${by} has written the plan, and somebody else has to approve it (system configuration).`,
    });
    expect((await plans.readPlan('Own')).progress.status).toBe('awaitingApproval');
    expect((await auditOf(plan)).map(({ action }) => action)).not.toContain('plan.approve');
    await http.ok('PUT', 'settings/plan.authorsMayApprove', { value: 'yes' });
    expect((await deliver(approve('Own', { by }))).status).toBe(200);
    await http.ok('PUT', 'settings/plan.authorsMayApprove', { value: 'no' });
    await end('Own');
  });

  it('P-09 given a plan that was edited after it was decided on, then the decision is refused', async () => {
    const plan = await asking('Edited');
    await http.ok('PUT', 'plans/Edited', { ...planInputOf(plan), description: 'more' }, { 'if-match': '*' });
    await http.ok('POST', 'plans/Edited/activate', {});
    const refused = await deliver(approve('Edited', { revision: 1 }));
    expect([refused.status, refused.problem.detail]).toEqual([
      409,
      'The plan "Edited" is at revision 2, and revision 1 was decided on.',
    ]);
    expect((await plans.readPlan('Edited')).progress.status).toBe('awaitingApproval');
    expect((await deliver(approve('No such plan'))).problem.code).toBe('NOT_FOUND');
  });
});

function planInputOf({ name, assignments, rollout }: Plan): object {
  const rows = assignments.map(({ endpoints, os }) => ({ endpoints, os }));
  return { name, assignments: rows, rollout, approvalRequired: true };
}

describe('webhooks that are not as they should be', () => {
  it('P-09 S-07 given a wrong signature, a wrong time, or none at all, then 401 says so, and nothing is stored', async () => {
    const plan = await asking('Guarded');
    const before = await http.column(
      `select (select count(*) from idempotency_keys) || ' ' || (select count(*) from audit)`,
    );
    const now = Math.floor(plans.now() / 1000);
    const wrong: Delivery[] = [
      { secret: `whsec_${Buffer.alloc(32).toString('base64')}` },
      { sent: JSON.stringify(approve('Guarded', { by: 'mallory' })) },
      { sent: '' },
      { to: randomUUID() },
      { to: 'Nobody' },
      { headers: { 'webhook-id': 'another' } },
      { headers: { 'webhook-timestamp': String(now + 60) } },
      { headers: { 'webhook-signature': 'v1,AAAA' } },
      { headers: { 'webhook-signature': '' } },
      { headers: { 'webhook-signature': 'v1,' } },
      { headers: { 'webhook-timestamp': 'now' } },
      { headers: { 'webhook-id': 'with a blank' } },
      { timestamp: now - 301 },
      { timestamp: now + 302 },
    ];
    for (const delivery of wrong) {
      const { status, problem } = await deliver(approve('Guarded'), delivery);
      expect([status, problem.code], JSON.stringify(delivery)).toEqual([401, 'SIGNATURE_REFUSED']);
      expect(problem.errors).toEqual([]);
    }
    const after = await http.column(
      `select (select count(*) from idempotency_keys) || ' ' || (select count(*) from audit)`,
    );
    expect(after).toEqual(before);
    expect((await plans.readPlan('Guarded')).progress.status).toBe('awaitingApproval');
    expect((await auditOf(plan)).map(({ action }) => action)).not.toContain('plan.approve');
  });

  it('S-07 P-09 given a signed body that is not a decision, then its fields are named; unsigned, they are not', async () => {
    const body = { plan: 'Guarded', decision: 'maybe', colour: 'red' };
    const signed = await deliver(body);
    expect([signed.status, signed.problem.code]).toEqual([400, 'INVALID_INPUT']);
    expect(signed.problem.errors.map(({ path }) => path).sort()).toEqual(['colour', 'decision', 'reference']);
    const unsigned = await deliver(body, { headers: { 'webhook-signature': 'v1,AAAA' } });
    expect([unsigned.problem.code, unsigned.problem.errors]).toEqual(['SIGNATURE_REFUSED', []]);
    expect((await deliver('{')).problem.code).toBe('MALFORMED_BODY');
  });

  it('P-09 S-01 given many wrong signatures from one address, then it has to wait, and right ones are let in', async () => {
    const from = '203.0.113.99';
    const refused = { from, headers: { 'webhook-signature': 'v1,AAAA' } };
    const statuses = new Set<number>();
    for (let count = 0; count < 32; count += 1) {
      statuses.add((await deliver(approve('Guarded'), refused)).status);
    }
    expect(statuses).toEqual(new Set([401, 429]));
    const waiting = await deliver(approve('Guarded'), refused);
    expect([waiting.problem.code, Number(waiting.headers['retry-after']) > 0]).toEqual([
      'TOO_MANY_REQUESTS',
      true,
    ]);
    expect((await deliver(approve('No such plan'), { from })).status).toBe(404);
  });
});

describe('senders', () => {
  it('P-09 S-06 a secret is shown once and stored sealed; several are valid at a time, and a revoked one is refused at once', async () => {
    const first = await http.ok<CreatedWebhookSender>('POST', 'webhook-senders', { name: 'Jira' });
    expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const [stored] = await http.column('select secret from webhook_senders where id = $1', first.id);
    expect(String(stored)).toMatch(/^v1\./);
    expect((await http.call('GET', 'webhook-senders')).text).not.toContain(first.secret.slice(6));
    const taken = await http.call('POST', 'webhook-senders', { body: { name: 'jira' } });
    expect(taken.problem.code).toBe('NAME_TAKEN');

    const next = await http.ok<CreatedWebhookSender>('POST', 'webhook-senders', { name: 'Jira 2' });
    const asks = (one: CreatedWebhookSender) =>
      deliver(approve('No such plan'), { to: one.name, secret: one.secret });
    expect((await asks(first)).status).toBe(404);
    expect((await asks(next)).status).toBe(404);
    const revoked = await http.ok<WebhookSender>('POST', 'webhook-senders/Jira/revoke');
    expect(revoked.status).toBe('revoked');
    expect((await asks(first)).status).toBe(401);
    expect((await asks(next)).status).toBe(404);
    expect(await http.column('select secret from webhook_senders where id = $1', first.id)).toEqual([null]);
    const again = await http.ok<CreatedWebhookSender>('POST', 'webhook-senders', { name: 'Jira' });
    expect((await asks(again)).status).toBe(404);
    const audit = await http.ok<Page<AuditEntry>>('GET', 'audit?object=Jira');
    expect(audit.items.map(({ action }) => action)).toEqual([
      'webhookSender.create',
      'webhookSender.revoke',
      'webhookSender.create',
    ]);
    expect(JSON.stringify(audit)).not.toContain('whsec_');
  });

  it('P-09 several signatures in one header, as Standard Webhooks has it, are enough when one of them is right', async () => {
    const id = randomUUID();
    const timestamp = Math.floor(plans.now() / 1000);
    const body = approve('No such plan');
    const key = Buffer.from(sender.secret.slice(6), 'base64');
    const right = createHmac('sha256', key)
      .update(`${id}.${timestamp}.${JSON.stringify(body)}`)
      .digest('base64');
    const both = { 'webhook-signature': `v1a,AAAA v1,BBBB v1,${right}` };
    expect((await deliver(body, { id, timestamp, headers: both })).status).toBe(404);
  });
});
