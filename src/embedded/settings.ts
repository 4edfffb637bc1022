import { totalmem } from 'node:os';

const megabyte = 1024 * 1024;

/** Memory this process may use: the container's limit where there is one, else the machine's. */
function availableMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/**
 * postgresql.conf settings for a log that is mostly written, on a small machine.
 * What decides whether an acknowledged request survives a crash is stated even where it is the default.
 */
export function serverSettings(port: number, memory = availableMemory()): Record<string, string> {
  const sharedBuffers = Math.max(32, Math.min(256, Math.floor(memory / megabyte / 8)));
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '200',

    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',

    shared_buffers: `${sharedBuffers}MB`,
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    // Rarely, and spread out: after each checkpoint every page that changes is written to the WAL in full.
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    max_wal_size: '2GB',
    min_wal_size: '256MB',
    wal_buffers: '16MB',
    wal_compression: 'on',
    // Compiling a plan costs more than any of our short queries.
    jit: 'off',
    random_page_cost: '1.1',
    // Executions and deliveries are updated several times each, and their dead rows make claims slow.
    autovacuum_naptime: '20s',
    autovacuum_vacuum_scale_factor: '0.05',
    autovacuum_analyze_scale_factor: '0.05',
    autovacuum_vacuum_cost_limit: '1000',

    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // The client is told of its errors. In the log, their statements and details would show payloads and secrets.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  };
}

/** The settings as the text of a configuration file. */
export function toConfiguration(settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return [
    '# Written by Hookgate at every start. To change a setting, use ALTER SYSTEM as the role postgres.',
    ...lines,
    '',
  ].join('\n');
}
