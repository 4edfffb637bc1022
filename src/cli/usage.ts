import type { Usage } from '../http/schemas/usage.ts';
import { connect } from './client.ts';
import { cell, writeJson, writeTable } from './output.ts';
import type { Program } from './program.ts';

/** `hookgate usage`: what is used of each budget, and who was turned away. */
export function addUsage(program: Program): void {
  program
    .command('usage')
    .description('show what is used of each budget; with the admin key, by all organizations')
    .action(async (_options, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const client = await connect(options);
      const { data } = await client.get<Usage>('/api/usage');
      if (json) writeJson(data);
      else writeTable(HEAD, data.map(row));
    });
}

const HEAD = ['BUDGET', 'ORGANIZATION', 'USED', 'LIMIT', 'UNIT', 'REFUSED', 'SETTING'];

const row = ({ budget, organizationId, used, limit, unit, refused, setting }: Usage['data'][number]) => [
  cell(budget),
  cell(organizationId),
  cell(used),
  cell(limit),
  cell(unit),
  cell(refused),
  cell(setting),
];
