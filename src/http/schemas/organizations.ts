import { type Static, Type } from 'typebox';
import { Id, Timestamp } from './common.ts';
import * as examples from './examples/organizations.ts';
import { Name } from './text.ts';

export const OrganizationInput = Type.Object(
  {
    name: Name,
    slug: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 63,
        pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
        description:
          'A name for programs, which never changes and no other organization has. Made from the name when left out.',
      }),
    ),
  },
  { title: 'OrganizationInput', additionalProperties: false, examples: [examples.organizationInput] },
);

export const OrganizationChanges = Type.Object(
  { name: Name },
  { title: 'OrganizationChanges', additionalProperties: false, examples: [{ name: 'Shop of shops' }] },
);

export const Organization = Type.Object(
  {
    id: Id,
    name: Type.String(),
    slug: Type.String(),
    createdAt: Timestamp,
  },
  { title: 'Organization', description: 'A tenant of this service.', examples: [examples.organization] },
);
export type Organization = Static<typeof Organization>;
