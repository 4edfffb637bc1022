import { Type } from 'typebox';

const Status = Type.Enum(['ok', 'degraded', 'unready']);

export const LivenessBody = Type.Object({ status: Type.Literal('ok') }, { description: 'The process runs.' });

export const readinessBody = (description: string) =>
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
    { description },
  );
