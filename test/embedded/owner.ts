// A process that owns an embedded Postgres, for tests that kill it: `owner.ts <data folder> <shared folder> [<uid> <gid>]`.
// Everything is imported before it becomes another user, who may not be able to read node_modules.
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';

const [dataDir = '', shared = '', uid, gid] = process.argv.slice(2);
const send = (message: unknown) => process.send?.(message);

if (uid !== undefined && gid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(gid));
  process.setuid?.(Number(uid));
}
try {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    sharedFolders: [shared],
    onProgress: (line) => send({ progress: line }),
  });
  process.once('disconnect', () => postgres.stop());
  // A terminal's Ctrl-C: this process goes on until it is told to stop.
  process.on('SIGINT', () => send({ progress: 'SIGINT' }));
  send({ ready: { url: postgres.url, pid: postgres.pid, port: postgres.port } });
} catch (error) {
  send({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  process.disconnect();
}
