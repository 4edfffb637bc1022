import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.ts';
import type { ProblemCode } from '../domain/problems.ts';
import { NoTurnError } from '../runtime/turns.ts';
import { isDataFault, isStatementTimeout, isUnavailable } from '../store/faults.ts';
import { PROBLEM_TYPE, problemBody } from './problem-body.ts';
import { faultsOf, MAX_FAULTS, type SchemaError } from './validation-faults.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem this request was answered with. */
    problemCode: ProblemCode | null;
  }
}

const RETRY_SOON = { 'retry-after': '1' };

/** What Fastify and its plugins call an error, and what we call it. */
const BY_FASTIFY_CODE: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_NOT_FOUND: 'route_not_found',
};
const BY_STATUS: Record<number, ProblemCode> = {
  404: 'route_not_found',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  429: 'rate_limited',
};
const DETAILS: Record<string, string> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty, but its content type says JSON.',
  FST_ERR_CTP_INVALID_JSON_BODY:
    'The body is not valid JSON, or it has a key "__proto__" or "constructor.prototype", which is refused.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says.',
  FST_ERR_BAD_URL: 'The path has a percent-encoding that cannot be decoded.',
};

/** Answers whatever was thrown as a problem of the catalogue. */
export function createProblemHandler(publicUrl: () => string) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = toProblem(error, request);
    request.problemCode = problem.code;
    report(problem, request);
    if (reply.raw.headersSent) {
      // Too late for another answer: cut it off, so that nobody takes what was sent for the whole.
      reply.raw.destroy();
      return;
    }
    const context = { requestId: request.id, url: request.raw.url ?? '', publicUrl: publicUrl() };
    reply
      .code(problem.status)
      .headers(problem.headers)
      .type(PROBLEM_TYPE)
      // A string, so that no response schema of the route takes fields away from it.
      .send(JSON.stringify(problemBody(problem, context)));
  };
}

function toProblem(thrown: unknown, request: FastifyRequest): Problem {
  if (thrown instanceof Problem) return thrown;
  const error = thrown as Partial<FastifyError> | null;
  if (error?.validation) return validationProblem(error as FastifyError, request);
  // Before asking whose connection broke: an upload that breaks off is an ECONNRESET too, marked as 400.
  if (error?.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    const code = BY_FASTIFY_CODE[error.code ?? ''] ?? BY_STATUS[error.statusCode] ?? 'bad_request';
    const detail = DETAILS[error.code ?? ''];
    return new Problem(code, detail === undefined ? {} : { detail });
  }
  if (thrown instanceof NoTurnError) return new Problem('connections_busy', { headers: RETRY_SOON });
  if (isStatementTimeout(thrown)) return new Problem('query_timeout', { headers: RETRY_SOON, cause: thrown });
  if (isUnavailable(thrown))
    return new Problem('database_unavailable', { headers: RETRY_SOON, cause: thrown });
  // Text with a zero byte, a number out of range: what a schema lets through and a column does not.
  if (isDataFault(thrown)) return new Problem('storage_rejected', { cause: thrown });
  return new Problem('internal_error', { cause: thrown ?? new Error(`${thrown} was thrown`) });
}

/** The one place that logs what went wrong on our side; the line of the request itself says only the code. */
function report({ code, cause }: Problem, request: FastifyRequest): void {
  if (cause === undefined) return;
  const fields = { requestId: request.id, code, err: cause };
  if (code === 'internal_error') request.log.error(fields, 'http.error');
  else request.log.warn(fields, 'http.problem');
}

const PARTS = [
  ['params', 'params'],
  ['body', 'body'],
  ['querystring', 'query'],
  ['headers', 'headers'],
] as const;

/** Fastify stops at the first part of a request that has a fault; this goes on, so that all are told at once. */
function validationProblem(error: FastifyError, request: FastifyRequest): Problem {
  const failed = PARTS.findIndex(([context]) => context === error.validationContext);
  const faults = PARTS.flatMap(([context, part], index) => {
    if (index < failed) return [];
    if (index === failed) return faultsOf(part, error.validation as SchemaError[]);
    const validate = request.getValidationFunction(context);
    if (typeof validate !== 'function' || validate(request[part] ?? null) !== false) return [];
    return faultsOf(part, (validate.errors ?? []) as SchemaError[]);
  });
  if (faults.length <= MAX_FAULTS) return new Problem('validation_failed', { errors: faults });
  return new Problem('validation_failed', { errors: faults.slice(0, MAX_FAULTS) });
}
