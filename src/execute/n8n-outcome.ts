/** An execution in n8n, as far as it takes to link to it. */
export interface N8nReference {
  executionId: string;
  workflowId: string | null;
}

/** What to look for in n8n. */
export interface SoughtOutcome {
  endpointUrl: string;
  deliveryId: string;
  /** The attempt that n8n accepted, and when it began. */
  attempt: number;
  since: Date;
  /** Set: it was found before. */
  n8nExecutionId: string | null;
}

export type N8nOutcome =
  | { status: 'succeeded'; n8n: N8nReference }
  /** `error`: n8n's own words. */
  | { status: 'failed'; n8n: N8nReference; n8nStatus: string; error: string | null }
  | { status: 'unfinished'; n8n: N8nReference; n8nStatus: string }
  /** Not found (yet), or n8n cannot be asked. `detail` says why, as a sentence. */
  | { status: 'unknown'; detail: string };

/** Asks n8n itself how a delivery went. Rejects for nothing that it may meet there. */
export type AskN8n = (sought: SoughtOutcome) => Promise<N8nOutcome>;
