import { Problem } from '../../domain/problem.ts';
import type { Database } from '../../store/database.ts';
import {
  changeOrganization,
  findOrganization,
  insertOrganization,
  listOrganizations,
  type StoredOrganization,
} from '../../store/organizations.ts';
import type { App } from '../app.ts';
import { requireAdminKey } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, listQuery, page, problems } from '../schemas/common.ts';
import { Organization, OrganizationChanges, OrganizationInput } from '../schemas/organizations.ts';

const tags = ['Organizations'];

/** The tenants of this service: `/api/organizations`. */
export const organizationRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    app.post(
      '/api/organizations',
      {
        onRequest: requireAdminKey(),
        schema: {
          operationId: 'createOrganization',
          tags,
          summary: 'Create an organization',
          description:
            'To give it its first API key, call `POST /api/api-keys` with the admin key and its id in `x-organization-id`.',
          body: OrganizationInput,
          response: {
            201: answer(Organization, { headers: { location: LOCATION } }),
            ...problems('name_taken'),
          },
        },
      },
      async (request, reply) => {
        const result = await insertOrganization(db, request.body);
        if (result.status === 'slug_taken') {
          const detail = `There is an organization with the slug "${result.slug}" already.`;
          throw new Problem('name_taken', { detail });
        }
        reply.code(201).header('location', `/api/organizations/${result.organization.id}`);
        return view(result.organization);
      },
    );

    app.get(
      '/api/organizations',
      {
        onRequest: requireAdminKey(),
        schema: {
          operationId: 'listOrganizations',
          tags,
          summary: 'List the organizations',
          description: 'Newest first. The organization `default` exists from the start.',
          querystring: listQuery({}),
          response: { 200: page(Organization), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const list = await listOrganizations(db, request.query);
        return { ...list, data: list.data.map(view) };
      },
    );

    app.get(
      '/api/organizations/:id',
      {
        onRequest: requireAdminKey(),
        schema: {
          operationId: 'getOrganization',
          tags,
          summary: 'Show an organization',
          description: 'Its name, its slug, and since when it exists.',
          params: IdParams,
          response: { 200: Organization, ...problems('organization_not_found') },
        },
      },
      async (request) => existing(findOrganization(db, request.params.id)),
    );

    app.patch(
      '/api/organizations/:id',
      {
        onRequest: requireAdminKey(),
        schema: {
          operationId: 'changeOrganization',
          tags,
          summary: 'Change an organization',
          description:
            'Its slug stays as it is. `budgets` are the limits that it has instead of those of the settings: each process knows them within a second.',
          params: IdParams,
          body: OrganizationChanges,
          response: { 200: Organization, ...problems('organization_not_found') },
        },
      },
      async (request) => existing(changeOrganization(db, request.params.id, request.body)),
    );
  };

async function existing(found: Promise<StoredOrganization | null>): Promise<Organization> {
  const organization = await found;
  if (organization === null) throw new Problem('organization_not_found');
  return view(organization);
}

const view = ({ createdAt, ...organization }: StoredOrganization): Organization => ({
  ...organization,
  createdAt: createdAt.toISOString(),
});
