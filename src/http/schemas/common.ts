import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { PROBLEMS, type ProblemCode } from '../../domain/problems.ts';
import { problemExample, problemHeaders } from './problem-example.ts';

// The length because the format also takes `urn:uuid:…`, which Postgres does not.
export const Id = Type.String({ title: 'Id', format: 'uuid', minLength: 36, maxLength: 36 });
export const Timestamp = Type.String({ format: 'date-time', maxLength: 64 });

/** One header of a request or an answer, as it was spelled. */
export const HeaderField = Type.Object(
  { name: Type.String(), value: Type.String() },
  { title: 'HeaderField', examples: [{ name: 'content-type', value: 'application/json' }] },
);

/** `{ id }` in a path. */
export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Query parameters of a list call: paging and this list's own filters. */
export const listQuery = <P extends TProperties>(filters: P) =>
  Type.Object(
    {
      limit: Type.Integer({
        minimum: 1,
        maximum: 200,
        default: 50,
        description: 'How many to answer at the most.',
      }),
      cursor: Type.Optional(
        Type.String({ minLength: 1, maxLength: 500, description: 'nextCursor of the page before.' }),
      ),
      ...filters,
    },
    { additionalProperties: false },
  );

/** The answer of a list call: newest first. */
export const page = <T extends TSchema>(item: T) =>
  Type.Object(
    {
      data: Type.Array(item),
      nextCursor: Nullable(
        Type.String({
          description: 'Where the next page begins; null: this was the last.',
          examples: [CURSOR],
        }),
      ),
    },
    { description: 'One page, newest first.' },
  );

const CURSOR = 'MDE5OTFjMmEtN2IzZS03YzQxLTlkNTItM2Y4YTYwYjFlN2M0';

/** RFC 9457 with the fields of ours. */
export const ProblemBody = Type.Object(
  {
    type: Type.String({ format: 'uri' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'The path of the request, without its query.' }),
    code: Type.String({ description: 'Stable; what programs should look at.' }),
    error: Type.String({ description: 'The title again, for plain clients.' }),
    requestId: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({
            description: 'A JSON pointer: /body/…, /query/…, /params/… or /headers/….',
          }),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'Problem' },
);
export type ProblemBody = Static<typeof ProblemBody>;

interface ProblemResponse {
  description: string;
  headers: object;
  content: {
    'application/problem+json': { schema: TSchema; examples: Record<string, { value: object }> };
  };
}

/** Response schemas of the problems that a route can answer: spread it into `schema.response`. */
export function problems(...codes: ProblemCode[]): Record<number, ProblemResponse> {
  const responses: Record<number, ProblemResponse> = {};
  for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
    responses[status] = problemResponse(codes.filter((code) => PROBLEMS[code].status === status));
  }
  return responses;
}

function problemResponse(codes: ProblemCode[], description = namesOf(codes)): ProblemResponse {
  const examples = Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }]));
  return {
    description,
    headers: problemHeaders(codes),
    content: { 'application/problem+json': { schema: Type.Ref('Problem'), examples } },
  };
}

const namesOf = (codes: ProblemCode[]) => codes.map((code) => `\`${code}\``).join(', ');

/** What every route can answer: also the problems that it does not name. */
export const otherProblems = (): ProblemResponse =>
  problemResponse(['internal_error', 'shutting_down', 'bad_request'], 'Any other problem.');

/** The codes that a response made by `problems` is for; null for any other response. */
export function problemCodesOf(response: unknown): ProblemCode[] | null {
  const examples = (response as Partial<ProblemResponse>).content?.['application/problem+json']?.examples;
  return examples === undefined ? null : (Object.keys(examples) as ProblemCode[]);
}

interface AnswerOptions {
  description?: string;
  /** Sent with every such answer, unless `required` is false. */
  headers?: Record<string, { type: 'string' | 'integer'; description: string; required?: false }>;
  example?: unknown;
}

/** A schema as the answer of one route: with what this route has to say of it. */
export const answer = <T extends TSchema>(schema: T, options: AnswerOptions): T => ({
  ...schema,
  ...(options.description !== undefined && { 'x-response-description': options.description }),
  ...(options.headers !== undefined && {
    headers: { ...(schema as { headers?: object }).headers, ...options.headers },
  }),
  ...(options.example !== undefined && { examples: [options.example] }),
});

export const LOCATION = { type: 'string', description: 'The path of what was made.' } as const;
