/** What the runner tells a worker. */
export interface Order {
  /** Of its source. */
  file: string;
  /** An empty folder for all that the file puts into temporary folders. */
  folder: string;
  needsPostgres: boolean;
}

/** What a worker tells the runner. */
export type Report =
  /** The file has asked for this much time, in milliseconds. */
  { kind: 'limit'; ms: number } | ({ kind: 'done' } & Outcome);

/** How a file ended that came to its end. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  wallMs: number;
  /** Of the worker and of the processes that the file started and waited for. */
  cpuMs: number;
  /** What it left behind, in words. */
  leaks: string[];
}

/** Stands in a worker's standard output where a file's output ends. */
export const END_OF_OUTPUT = '\u0000end of file\n';
