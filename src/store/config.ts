import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { ConfigCache } from './config-cache.ts';
import type { Database } from './database.ts';
import { Listener } from './listener.ts';
import type { SecretBox } from './secret-box.ts';
import { loadWorkflowSnapshot } from './workflow-snapshots.ts';

export interface ConfigOptions {
  db: Database;
  box: SecretBox;
  /** A direct connection string: LISTEN does not survive a transaction-pooling proxy. */
  listenUrl: string;
  /** Changes are heard, from now on or again. */
  onConnected: () => void;
  onDisconnected: (error: Error) => void;
}

const MAX_WORKFLOWS = 10_000;

/** Somebody who keeps something of the database in memory. */
type ChangeHearer = Pick<ConfigCache<unknown>, 'invalidate' | 'clear'>;

/** Configuration in memory, kept true by what the database announces. */
export interface Config {
  workflows: ConfigCache<WorkflowSnapshot>;
  /** Makes another cache, which hears about the changes of `kind`. */
  cache<V>(kind: string, load: (key: string) => Promise<V | null>): ConfigCache<V>;
  /** Tells `hearer` of the changes of `kind`, after those who were told to be told before, and when some may have been missed. */
  tell(kind: string, hearer: ChangeHearer): void;
  start(): void;
  stop(): Promise<void>;
}

export function openConfig({ db, box, listenUrl, onConnected, onDisconnected }: ConfigOptions): Config {
  const hearers = new Map<string, ChangeHearer[]>();
  const tell = (kind: string, hearer: ChangeHearer) =>
    void hearers.set(kind, [...(hearers.get(kind) ?? []), hearer]);
  const listener = new Listener({
    connectionString: listenUrl,
    channel: 'hookgate_config',
    onMessage(payload) {
      const [kind = '', key = ''] = payload.split(':', 2);
      for (const hearer of hearers.get(kind) ?? []) hearer.invalidate(key);
    },
    onConnected() {
      for (const hearer of [...hearers.values()].flat()) hearer.clear();
      onConnected();
    },
    onDisconnected,
  });
  const cache = <V>(kind: string, load: (key: string) => Promise<V | null>) => {
    const made = new ConfigCache<V>({ load, isFresh: () => listener.isFresh(), maxEntries: MAX_WORKFLOWS });
    tell(kind, made);
    return made;
  };
  return {
    workflows: cache('workflow', (id) => loadWorkflowSnapshot(db, box, id)),
    cache,
    tell,
    start: () => listener.start(),
    stop: () => listener.stop(),
  };
}
