import { type Static, Type } from 'typebox';

/** How fast an endpoint may be called, by all processes together. */
export const Pace = Type.Object(
  {
    perSecond: Type.Optional(
      Type.Number({
        minimum: 0.01,
        maximum: 1_000,
        description: 'Attempts begun in a second, evenly spread.',
      }),
    ),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: 'Attempts under way at once.' }),
    ),
  },
  {
    title: 'Pace',
    description:
      'How fast the endpoint is called at the most, by all processes together. What waits is kept.',
    additionalProperties: false,
    minProperties: 1,
  },
);
export type Pace = Static<typeof Pace>;
