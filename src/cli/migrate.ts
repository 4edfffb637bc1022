import { write, writeJson } from './output.ts';
import type { Program } from './program.ts';

/** `hookgate migrate`: works on the database itself, with the settings of the service. */
export const addMigrate = (program: Program) =>
  program
    .command('migrate')
    .description(
      'bring the schema of the database up to date (with the settings of the service, not its API)',
    )
    .action(async (_options, command) => {
      const { json } = command.optsWithGlobals();
      // Only here: it loads all of the service, which no call of the API should wait for.
      const { applyMigrations } = await import('./apply-migrations.ts');
      const applied = await applyMigrations();
      if (json) writeJson({ applied });
      else write(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
    });
