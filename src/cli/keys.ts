import { Option } from '@commander-js/extra-typings';
import { SCOPES } from '../domain/scopes.ts';
import type { ApiKey } from '../http/schemas/api-keys.ts';
import { connect } from './client.ts';
import { cell, say, writeFields, writeJson, writeTable } from './output.ts';
import { id, integer, type Program, time } from './program.ts';

/** `hookgate keys …`: who may call the API. */
export function addKeys(program: Program): void {
  const keys = program.command('keys').description('API keys of an organization');
  addCreate(keys);
  keys
    .command('list')
    .description('show the keys, newest first, those that no longer work included')
    .option('--limit <n>', 'how many at the most', integer(1, 100_000), 1_000)
    .action(async ({ limit }, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const client = await connect(options);
      const { items, more } = await client.list<ApiKey>('/api/api-keys', {}, limit);
      if (json) writeJson(items);
      else if (items.length > 0) writeTable(HEAD, items.map(row));
      else say('There are no API keys.');
      if (more) say(`There are more than ${limit}: see --limit.`);
    });
  keys
    .command('revoke')
    .description('refuse a key from now on')
    .argument('<id>', 'of the key: see keys list', id)
    .action(async (keyId, _options, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const client = await connect(options);
      await client.call('DELETE', `/api/api-keys/${keyId}`);
      if (json) writeJson(await client.get<ApiKey>(`/api/api-keys/${keyId}`));
      else say(`Revoked ${keyId}.`);
    });
}

function addCreate(keys: ReturnType<Program['command']>): void {
  keys
    .command('create')
    .description('make a key; it is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(SCOPES).makeOptionMandatory())
    .option('--expires <when>', 'a date, or a duration such as 90d or 12h; never when left out', time(1))
    .action(async ({ name, scope, expires }, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const client = await connect(options);
      const created = await client.call<ApiKey & { key: string }>('POST', '/api/api-keys', {
        json: { name, scopes: scope, ...(expires !== undefined && { expiresAt: expires }) },
      });
      if (json) return writeJson(created);
      const { key, id: keyId, scopes, expiresAt } = created;
      writeFields({
        key,
        id: keyId,
        name: created.name,
        scopes: scopes.join(' '),
        expires: expiresAt ?? 'never',
      });
      say('The key is shown this once: keep it where it is safe.');
    });
}

const HEAD = ['ID', 'NAME', 'KEY', 'SCOPES', 'LAST USED', 'EXPIRES', 'STATE'];

const row = ({ id: keyId, name, prefix, scopes, lastUsedAt, expiresAt, revokedAt }: ApiKey): string[] => [
  cell(keyId),
  cell(name, 40),
  cell(`${prefix}…`),
  cell(scopes.join(' '), 200),
  cell(lastUsedAt),
  cell(expiresAt),
  revokedAt !== null ? 'revoked' : isPast(expiresAt) ? 'expired' : 'works',
];

const isPast = (at: string | null): boolean => at !== null && Date.parse(at) <= Date.now();
