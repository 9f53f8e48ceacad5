import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import { PatchbayError } from '@patchbay/contracts/errors';
import { limits } from '@patchbay/contracts/limits';
import { problem } from '@patchbay/contracts/problem';
import fastify, { type FastifyBaseLogger, type FastifyServerFactory, LogController } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { activityRoutes } from './activities.ts';
import { activityExportRoutes } from './activity-export.ts';
import { apiTokenRoutes } from './api-tokens.ts';
import type { App } from './app.ts';
import { auditRoutes } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { addConsole } from './console.ts';
import type { HttpContext } from './context.ts';
import { cycleReportRoutes } from './cycle-report.ts';
import { cycleRolloutRoutes } from './cycle-rollout.ts';
import { cycleRoutes } from './cycles.ts';
import { addDocs, addWayToDocs } from './docs.ts';
import { endpointRoutes } from './endpoints.ts';
import { enrolmentTokenRoutes } from './enrolment-tokens.ts';
import { eventRoutes } from './events.ts';
import { groupRoutes } from './groups.ts';
import { healthRoutes } from './health.ts';
import { invitationRoutes } from './invitations.ts';
import { acceptJsonOnly } from './json-body.ts';
import { libraryRoutes } from './library.ts';
import { logRoutes } from './logs.ts';
import { answerOtherMethods } from './method-not-allowed.ts';
import { patchFilterRoutes } from './patch-filters.ts';
import { planDecisionRoutes } from './plan-decisions.ts';
import { planOutlookRoutes } from './plan-outlook.ts';
import { planRoutes } from './plans.ts';
import { sendProblem } from './problem-answer.ts';
import { rebootRoutes } from './reboots.ts';
import { runRoutes } from './runs.ts';
import { scriptTestRunRoutes } from './script-test-runs.ts';
import { scriptRoutes } from './scripts.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { serializerCompiler } from './serialize.ts';
import { sessionRoutes } from './sessions.ts';
import { settingRoutes } from './settings.ts';
import { taskRunRoutes } from './task-runs.ts';
import { taskScheduleRoutes } from './task-schedules.ts';
import { taskRoutes } from './tasks.ts';
import { testMailRoutes } from './test-mail.ts';
import { userRoutes } from './users.ts';
import { validatorCompiler } from './validate.ts';
import { webhookSenderRoutes } from './webhook-senders.ts';
import { welcomeRoutes } from './welcome.ts';
import { whoamiRoutes } from './whoami.ts';
import { windowRoutes } from './windows.ts';
import { workflowRoutes } from './workflows.ts';

/** How the API is made. */
export interface AppOptions {
  /** Makes the server that listens, for TLS; without it plain HTTP. */
  readonly createServer?: FastifyServerFactory;
  /** Adds routes of the agents' side, such as the enrolment. */
  readonly agentRoutes?: (app: App) => void;
  /** Proxies that are believed when they say who asks. */
  readonly trustedProxies?: readonly string[];
  /** Where the built console is; without it `/` leads to the docs. */
  readonly consoleDirectory?: string;
}

const requestTimeoutMs = 60_000;
const lastRequestsMs = 5_000;
const correlationHeader = 'patchbay-correlation-id';

/** Makes the HTTP API with all its routes, ready to listen. */
export async function createApp(context: HttpContext, options: AppOptions = {}): Promise<App> {
  let stopping = false;
  const log: FastifyBaseLogger = context.log;
  const app: App = fastify({
    loggerInstance: log,
    genReqId: () => randomUUID(),
    bodyLimit: limits.requestBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 200 },
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    ...(options.createServer ? { serverFactory: options.createServer } : {}),
  }).withTypeProvider<ZodTypeProvider>();
  app.addHook('preClose', async () => {
    stopping = true;
    // Requests under way may end, but not keep the server from stopping.
    setTimeout(() => app.server.closeAllConnections(), lastRequestsMs).unref();
  });

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  acceptJsonOnly(app);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header(correlationHeader, request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, actor } = request;
    const level = method === 'GET' || method === 'HEAD' ? 'debug' : 'info';
    request.log[level](
      { method, url, status: reply.statusCode, actor: actor?.name, ms: reply.elapsedTime },
      'answered',
    );
  });
  await addSecurityHeaders(app, options.createServer !== undefined);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: () =>
      new PatchbayError('TOO_MANY_REQUESTS', 'Too many requests came from your address.'),
  });
  const otherMethods = answerOtherMethods(app);
  await addDocs(app);
  const { consoleDirectory } = options;
  const consolePage = consoleDirectory === undefined ? null : await addConsole(app, consoleDirectory);
  if (consolePage === null) addWayToDocs(app);
  app.setNotFoundHandler(async (request, reply) => {
    const page = consolePage?.(request, reply) ?? null;
    if (page !== null) return page;
    throw new PatchbayError(
      'NOT_FOUND',
      `There is nothing at ${request.method} ${request.url.split('?')[0]}.`,
    );
  });

  authenticate(app, context);
  healthRoutes(app, context, () => stopping);
  options.agentRoutes?.(app);
  await app.register(async (api) => addApi(api.withTypeProvider<ZodTypeProvider>(), context), {
    prefix: '/api/v1',
  });
  otherMethods();
  return app;
}

const refusal = {
  description: 'The request was refused',
  content: { 'application/problem+json': { schema: problem } },
};

function addApi(app: App, context: HttpContext): void {
  app.addHook('onRoute', (route) => {
    const responses = route.schema?.response;
    route.schema = { ...route.schema, response: { ...(responses as object | undefined), '4xx': refusal } };
  });
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });
  scriptRoutes(app, context);
  scriptTestRunRoutes(app, context);
  taskRoutes(app, context);
  taskRunRoutes(app, context);
  taskScheduleRoutes(app, context);
  workflowRoutes(app, context);
  groupRoutes(app, context);
  windowRoutes(app, context);
  patchFilterRoutes(app, context);
  planRoutes(app, context);
  planOutlookRoutes(app, context);
  webhookSenderRoutes(app, context);
  planDecisionRoutes(app, context);
  libraryRoutes(app, context);
  cycleRoutes(app, context);
  cycleRolloutRoutes(app, context);
  cycleReportRoutes(app, context);
  runRoutes(app, context);
  activityExportRoutes(app, context);
  activityRoutes(app, context);
  endpointRoutes(app, context);
  enrolmentTokenRoutes(app, context);
  apiTokenRoutes(app, context);
  welcomeRoutes(app, context);
  sessionRoutes(app, context);
  whoamiRoutes(app, context);
  userRoutes(app, context);
  invitationRoutes(app, context);
  settingRoutes(app, context);
  testMailRoutes(app, context);
  rebootRoutes(app, context);
  logRoutes(app, context);
  auditRoutes(app, context);
  eventRoutes(app, context);
}
