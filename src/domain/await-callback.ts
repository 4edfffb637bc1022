import { type Static, Type } from 'typebox';

/** What makes a delivery that n8n accepted wait until it is known how the workflow went. */
export const AwaitCallback = Type.Object(
  {
    deadlineSeconds: Type.Integer({
      minimum: 1,
      maximum: 2_592_000,
      description: 'Counted from the answer to the delivery, 3,600 by default. After that it is overdue.',
    }),
    onOverdue: Type.Enum(['fail', 'retry'], {
      type: 'string',
      description: '`retry`: it is sent again, as the retry policy of the endpoint says. `fail` by default.',
    }),
    confirm: Type.Enum(['callback', 'api'], {
      type: 'string',
      description:
        "`api`: n8n's public API is asked for the outcome; a callback that comes first counts too. `callback` by default. For endpoints below the webhooks of n8n itself.",
    }),
  },
  {
    title: 'AwaitCallback',
    description: 'A delivery is `waiting` after a 2xx, until n8n says how the workflow went.',
    additionalProperties: false,
  },
);
export type AwaitCallback = Static<typeof AwaitCallback>;

export const DEFAULT_AWAIT_CALLBACK: AwaitCallback = {
  deadlineSeconds: 3_600,
  onOverdue: 'fail',
  confirm: 'callback',
};
