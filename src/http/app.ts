import type { IncomingMessage } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import type { MetricsAccess } from '../domain/metrics-access.ts';
import type { TrustedProxies } from '../domain/trusted-proxies.ts';

import type { Metrics } from '../operate/metrics.ts';
import type { Readiness } from '../operate/readiness.ts';
import type { Budgets } from '../runtime/budgets.ts';
import { answerRaw, createClientErrorHandler } from './client-error.ts';
import { BODY_PACE, BodiesUnderWay, type BodyPace } from './edge/bodies.ts';
import { Connections } from './edge/connections.ts';
import { countedRequests } from './edge/counted-request.ts';
import { type Authenticate, registerAuthentication } from './plugins/authenticate.ts';
import { acceptJson } from './plugins/bodies.ts';
import { limitBodies } from './plugins/body-limits.ts';
import { commonHeaders } from './plugins/common-headers.ts';
import { cleanForwardedFor, trustedProxies } from './plugins/forwarded-for.ts';
import { answerUnmatched } from './plugins/not-found.ts';
import { describeApi } from './plugins/openapi.ts';
import { refuseEarly, refuseWhileStopping, requireHost } from './plugins/refuse-early.ts';
import { createTracker } from './plugins/track-requests.ts';
import { createProblemHandler } from './problem-handler.ts';
import { createRequestIds } from './request-id.ts';
import { docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { createSerializerCompiler } from './serializer.ts';
import { validatorCompiler } from './validator.ts';

/** The HTTP server as route families see it: schemas are TypeBox, and handlers get their types from them. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface AppOptions {
  logger: FastifyBaseLogger | false;
  /** The proxies in front; false: nobody may say who the client is. */
  trustProxy: TrustedProxies | false;
  maxBodyBytes: number;
  budgets: Budgets;
  authenticate: Authenticate;
  metrics: Metrics;
  metricsAccess: MetricsAccess;
  /** Without a slash at the end. Asked for at each use: the port is known only after listening. */
  publicUrl: () => string;
  readiness: () => Promise<Readiness>;
  /** Registers the route families, explicitly and in the order of the journey. */
  routes: (app: App) => Promise<void>;
  timeouts?: Partial<Timeouts>;
  /** false: without the description of the API. */
  docs?: boolean;
}

/** Milliseconds. */
export interface Timeouts {
  /** For a request to arrive completely; later it is answered 408. */
  requestMs: number;
  headersMs: number;
  /** How often connections are looked at: a 408 can be late by this much. */
  checkEveryMs: number;
  /** Without a byte either way. Longer than anybody waits for an answer here. */
  idleMs: number;
  body: BodyPace;
}

/** A body of a mebibyte passes in time on any line over 20 kB/s. */
const TIMEOUTS: Timeouts = {
  requestMs: 60_000,
  headersMs: 20_000,
  checkEveryMs: 2_000,
  idleMs: 120_000,
  body: BODY_PACE,
};

/**
 * Bytes of path, query and headers together. Two KiB less than Node reads by default, so that an endpoint that
 * runs on Node, as n8n does, can read what we add ours to.
 */
const MAX_HEADER_BYTES = 14 * 1024;

/** Builds the edge around the routes. It does not listen yet. */
export async function buildApp(options: AppOptions): Promise<App> {
  const onProblem = createProblemHandler(options.publicUrl);
  const { connections, bodies } = countWhatComes(options);
  const tracker = createTracker(options.metrics);
  const app: App = Fastify({
    ...serverOptions(options, countedRequests({ connectionOf: (socket) => connections.of(socket), bodies })),
    clientErrorHandler: createClientErrorHandler(options.publicUrl, () => app.log),
    // Paths that cannot be decoded get no hooks from Fastify.
    frameworkErrors: (error, request: FastifyRequest, reply: FastifyReply) => {
      tracker.unmatched(request, reply.header('x-request-id', request.id));
      onProblem(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  connections.guard(app.server);
  app.addHook('onClose', async () => bodies.stop());
  // Node would drop those after the 2,000th without a word.
  app.server.maxHeadersCount = 0;
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(onProblem);
  // Node would answer any other expectation than 100-continue by itself; the specification lets us ignore it.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));

  if (options.trustProxy !== false) cleanForwardedFor(app);
  commonHeaders(app);
  acceptJson(app);
  limitBodies(app, options.maxBodyBytes);
  refuseEarly(app, [refuseWhileStopping(app), connections.begin, requireHost]);
  tracker.register(app);
  answerUnmatched(app, tracker.unmatched);
  registerAuthentication(app, options.authenticate);
  await describeApi(app);

  await options.routes(app);
  await app.register(healthRoutes(options));
  if (options.docs !== false) await app.register(docsRoutes());
  return app;
}

/** The budgets of whoever comes in, known or not. */
function countWhatComes({ budgets, trustProxy, timeouts, publicUrl }: AppOptions) {
  const trusts = trustedProxies(trustProxy);
  const nextId = createRequestIds();
  const connections = new Connections({
    budgets,
    isProxy: (address) => trusts !== false && trusts(address, 0),
    answer: (socket, problem) => answerRaw(socket, problem, { requestId: nextId(), publicUrl: publicUrl() }),
  });
  return { connections, bodies: new BodiesUnderWay(budgets, timeouts?.body) };
}

function serverOptions(options: AppOptions, Request: typeof IncomingMessage) {
  const { logger, trustProxy, maxBodyBytes } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  return {
    ...(logger === false ? {} : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: createRequestIds(),
    trustProxy: trustedProxies(trustProxy),
    bodyLimit: maxBodyBytes,
    requestTimeout: timeouts.requestMs,
    connectionTimeout: timeouts.idleMs,
    http: {
      IncomingMessage: Request,
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: timeouts.checkEveryMs,
      requireHostHeader: false,
    },
    // Ours says the same as a problem.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    schemaController: { compilersFactory: { buildSerializer: createSerializerCompiler() } },
  } satisfies FastifyHttpOptions<RawServerDefault>;
}
