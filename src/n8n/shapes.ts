import { type Static, Type } from 'typebox';

// What is used of n8n's answers, as n8n 1 and 2 give them. Everything else in them is ignored.

const MaybeText = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** Nodes are judged one by one: a strange one must not hide the others. */
const Nodes = Type.Array(Type.Unknown());

export const WorkflowShape = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  name: Type.String(),
  active: Type.Boolean(),
  isArchived: Type.Optional(Type.Boolean()),
  createdAt: MaybeText,
  updatedAt: MaybeText,
  nodes: Nodes,
  /** What runs, since n8n 2: `nodes` is the draft, which may have been edited since. */
  activeVersion: Type.Optional(Type.Union([Type.Object({ nodes: Nodes }), Type.Null()])),
});
export type WorkflowShape = Static<typeof WorkflowShape>;

export const ListShape = Type.Object({ data: Type.Array(Type.Unknown()), nextCursor: MaybeText });

export const NodeShape = Type.Object({
  name: Type.String(),
  type: Type.String(),
  disabled: Type.Optional(Type.Boolean()),
  webhookId: Type.Optional(Type.String()),
  parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type NodeShape = Static<typeof NodeShape>;

// A number before n8n 2.
const NumericId = Type.Union([Type.String(), Type.Integer()]);
const MaybeId = Type.Optional(Type.Union([NumericId, Type.Null()]));

export const ExecutionShape = Type.Object({
  id: NumericId,
  workflowId: MaybeId,
  status: Type.String(),
  mode: MaybeText,
  startedAt: MaybeText,
  stoppedAt: MaybeText,
  waitTill: MaybeText,
  retryOf: MaybeId,
  retrySuccessId: MaybeId,
});
export type ExecutionShape = Static<typeof ExecutionShape>;

/** An execution with its data: where the error is. */
export const ExecutionErrorShape = Type.Object({
  data: Type.Object({
    resultData: Type.Object({
      lastNodeExecuted: MaybeText,
      error: Type.Object({
        message: Type.String(),
        node: Type.Optional(Type.Object({ name: Type.String() })),
      }),
    }),
  }),
});

/** What went through the nodes of an execution, run by run; each is judged by itself. */
export const RunDataShape = Type.Object({
  data: Type.Object({
    resultData: Type.Object({ runData: Type.Record(Type.String(), Type.Array(Type.Unknown())) }),
  }),
});

export const RunShape = Type.Object({
  data: Type.Object({ main: Type.Array(Type.Union([Type.Array(Type.Unknown()), Type.Null()])) }),
});

/** As a webhook node makes it of the request that started it. */
export const WebhookItemShape = Type.Object({
  json: Type.Object({
    headers: Type.Object({
      'x-hookgate-delivery-id': Type.String(),
      'x-hookgate-attempt': Type.Optional(Type.String()),
    }),
  }),
});
