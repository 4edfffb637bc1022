import { readFileSync } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parse } from 'yaml';
import type { App } from '../../src/http/app.ts';
import { checkoutUrl } from './checkout.ts';
import { compileDocument, type DescribedDocument, type Validate } from './described.ts';
import type { Test } from './tap.ts';

/** An answer as it went out. */
export interface SeenAnswer {
  method: string;
  /** Path and query. */
  url: string;
  status: number;
  headers: Record<string, unknown>;
  /** null: not looked at, such as that of a stream. */
  body: string | null;
}

/** What is wrong with an answer, going by the description; null when it is as described. */
export type Check = (answer: SeenAnswer) => string | null;

/** Headers that say something of their own: what sends one must describe it. */
const TELLING = [
  'allow',
  'content-disposition',
  'etag',
  'idempotent-replayed',
  'location',
  'preference-applied',
  'retry-after',
  'www-authenticate',
];

export function createCheck(document: DescribedDocument): Check {
  const described = compileDocument(document);
  return (answer) => {
    const isProblem = mediaTypeOf(answer) === 'application/problem+json';
    // What no route took has no operation; what is not described is a page, a file, or a route that only a test has.
    const operation = described.find(answer.method, answer.url.split('?', 1)[0] ?? '');
    const response = operation?.hasSuccess || isProblem ? operation?.responseFor(answer.status) : undefined;
    const faults = [
      ...(isProblem ? problemFaults(described.problem, answer) : []),
      ...(response?.faults(answer, TELLING) ?? []),
      ...(response?.isDefault && !isProblem ? ['the status is not described'] : []),
    ];
    if (faults.length === 0) return null;
    return `${answer.method} ${answer.url} answered ${answer.status}, not as described: ${faults.join('; ')}`;
  };
}

export const mediaTypeOf = ({ headers }: Pick<SeenAnswer, 'headers'>): string =>
  String(headers['content-type'] ?? '').split(';', 1)[0] ?? '';

function problemFaults(validate: Validate, { status, body }: SeenAnswer): string[] {
  // An answer to HEAD has the type of a body that it has not.
  if (body === null || body === '') return [];
  const problem = JSON.parse(body) as { status?: number };
  const differs = problem.status !== status ? [`the problem says ${problem.status}`] : [];
  return [...differs, ...validate(problem)];
}

/** Fails the test for each answer of `app` that is not as its own description says. To be called before its routes are registered. */
export function watchAnswers(
  t: Test,
  app: App,
  checkOf: () => Check = () => createCheck(descriptionOf(app)),
): void {
  let check: Check | undefined;
  app.addHook('onSend', (request: FastifyRequest, reply: FastifyReply, payload: unknown, done) => {
    check ??= checkOf();
    const fault = check({
      method: request.method,
      url: request.raw.url ?? '/',
      status: reply.statusCode,
      headers: reply.getHeaders(),
      // Fastify drops what a handler returned with these only after this hook.
      body: typeof payload === 'string' && ![204, 304].includes(reply.statusCode) ? payload : null,
    });
    if (fault !== null) t.fail(fault);
    done();
  });
}

export const descriptionOf = (app: App) => app.swagger() as unknown as DescribedDocument;

let stored: Check | undefined;

/** Checks against openapi.yaml, as it is checked in. */
export const checkStored: Check = (answer) => {
  stored ??= createCheck(parse(readFileSync(new URL('openapi.yaml', checkoutUrl), 'utf8')));
  return stored(answer);
};
