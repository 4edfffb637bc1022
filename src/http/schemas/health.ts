import { Type } from 'typebox';

const Status = Type.Enum(['ok', 'degraded', 'unready'], { type: 'string' });

export const LivenessBody = Type.Object({ status: Type.Literal('ok') }, { description: 'The process runs.' });

export const readinessBody = (description: string, example: object) =>
  Type.Object(
    {
      status: Status,
      checks: Type.Record(
        Type.String(),
        Type.Object({
          status: Status,
          detail: Type.Optional(Type.String({ description: 'The reason, in words.' })),
        }),
      ),
    },
    { description, examples: [example] },
  );

const ok = { status: 'ok' };

export const READY = {
  status: 'degraded',
  checks: { database: ok, queue: { status: 'degraded', detail: 'Redis does not answer.' }, work: ok },
};

export const UNREADY = {
  status: 'unready',
  checks: { database: { status: 'unready', detail: 'The database does not answer.' }, queue: ok, work: ok },
};
