import { Type } from 'typebox';
import { Problem } from '../../domain/problem.ts';
import { findApiKey, listApiKeys, revokeApiKey } from '../../store/api-keys.ts';
import { asTenant, type Database } from '../../store/database.ts';
import type { App } from '../app.ts';
import { issueKey, keyView } from '../management/issue-key.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { ApiKey, ApiKeyCreated, ApiKeyInput } from '../schemas/api-keys.ts';
import { answer, IdParams, LOCATION, listQuery, page, problems } from '../schemas/common.ts';

const tags = ['API keys'];

/** Who may call this API: `/api/api-keys`. */
export const apiKeyRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    app.post(
      '/api/api-keys',
      {
        onRequest: requireScope('admin'),
        schema: {
          operationId: 'createApiKey',
          tags,
          summary: 'Create an API key',
          description:
            'For the organization of the caller. The key is in this answer and in no other. No key can grant a scope that it has not itself, nor one for longer than it lives.',
          body: ApiKeyInput,
          response: {
            201: answer(ApiKeyCreated, { headers: { location: LOCATION } }),
            ...problems('not_grantable'),
          },
        },
      },
      async (request, reply) => {
        const { info, key } = await issueKey(db, request.caller, request.body);
        reply.code(201).header('location', `/api/api-keys/${info.id}`);
        return { ...keyView(info), key };
      },
    );

    app.get(
      '/api/api-keys',
      {
        onRequest: requireScope('admin'),
        schema: {
          operationId: 'listApiKeys',
          tags,
          summary: 'List the API keys',
          description: 'Newest first, with those that were revoked or have expired, and without the keys.',
          querystring: listQuery({}),
          response: { 200: page(ApiKey), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const { organizationId } = request.caller;
        const list = await asTenant(db, organizationId, (trx) => listApiKeys(trx, request.query));
        return { ...list, data: list.data.map(keyView) };
      },
    );

    app.get(
      '/api/api-keys/:id',
      {
        onRequest: requireScope('admin'),
        schema: {
          operationId: 'getApiKey',
          tags,
          summary: 'Show an API key',
          description: 'What it may do, when it was last used, and whether it still works. Not the key.',
          params: IdParams,
          response: { 200: ApiKey, ...problems('api_key_not_found') },
        },
      },
      async (request) => {
        const { organizationId } = request.caller;
        const info = await asTenant(db, organizationId, (trx) => findApiKey(trx, request.params.id));
        if (info === null) throw new Problem('api_key_not_found');
        return keyView(info);
      },
    );

    app.delete(
      '/api/api-keys/:id',
      {
        onRequest: requireScope('admin'),
        schema: {
          operationId: 'revokeApiKey',
          tags,
          summary: 'Revoke an API key',
          description:
            'Every process refuses it within a second. It stays in the list. Revoking it again changes nothing.',
          params: IdParams,
          response: { 204: Type.Null({ description: 'Revoked.' }), ...problems('api_key_not_found') },
        },
      },
      async (request, reply) => {
        const { organizationId } = request.caller;
        const result = await asTenant(db, organizationId, (trx) => revokeApiKey(trx, request.params.id));
        if (result === 'not_found') throw new Problem('api_key_not_found');
        reply.code(204);
        return null;
      },
    );
  };
