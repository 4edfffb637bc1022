import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { PROBLEMS, type ProblemCode } from '../../domain/problems.ts';

// The length because the format also takes `urn:uuid:…`, which Postgres does not.
export const Id = Type.String({ format: 'uuid', minLength: 36, maxLength: 36 });
export const Timestamp = Type.String({ format: 'date-time' });

/** `{ id }` in a path. */
export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Query parameters of a list call: paging and this list's own filters. */
export const listQuery = <P extends TProperties>(filters: P) =>
  Type.Object(
    {
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      cursor: Type.Optional(
        Type.String({ minLength: 1, maxLength: 500, description: 'nextCursor of the page before.' }),
      ),
      ...filters,
    },
    { additionalProperties: false },
  );

/** The answer of a list call: newest first. */
export const page = <T extends TSchema>(item: T) =>
  Type.Object({ data: Type.Array(item), nextCursor: Nullable(Type.String()) });

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
  content: { 'application/problem+json': { schema: TSchema } };
}

const problemResponse = (description: string): ProblemResponse => ({
  description,
  content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
});

/** What every route can answer: also the problems that it does not name. */
export const PROBLEM_RESPONSE = problemResponse('Any other problem.');

/** Response schemas of the problems that a route can answer: spread it into `schema.response`. */
export function problems(...codes: ProblemCode[]): Record<number, ProblemResponse> {
  const responses: Record<number, ProblemResponse> = {};
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    const before = responses[status]?.description;
    responses[status] = problemResponse(before === undefined ? `\`${code}\`` : `${before}, \`${code}\``);
  }
  return responses;
}
