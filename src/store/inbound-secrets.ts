import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID } from '../domain/ids.ts';
import type { Database, Tx } from './database.ts';
import type { SecretBox } from './secret-box.ts';
import { type SealedRow, secretRows } from './secret-rows.ts';

const rows = secretRows('endpoint_inbound_secrets', 'endpoint_id');

/** Stores a secret that signs what comes back from an endpoint, and returns its id. */
export const insertInboundSecret = (
  trx: Tx,
  box: SecretBox,
  { organizationId, endpointId, secret }: { organizationId: string; endpointId: string; secret: string },
): Promise<string> => rows.insert(trx, box, { organizationId, ownerId: endpointId, secret });

/** Those of an endpoint that verify now, in the clear, newest first. */
export const openInboundSecrets = rows.open;

/** Lets those of an endpoint go on for `overlapSeconds` at the most. Returns when the last expires; null: there was none. */
export const expireInboundSecrets = rows.expire;

/** How a caller names an endpoint before it has proven anything: by id, or by name within the default organization. */
export type EndpointName = { id: string } | { name: string };

/** An endpoint that may sign, with the secrets that verify now, still sealed. */
export interface InboundSigner {
  endpointId: string;
  organizationId: string;
  secrets: SealedRow[];
}

/** Across organizations: who is to be authenticated has none yet. null: there is no such endpoint. */
export async function findInboundSigner(db: Database, named: EndpointName): Promise<InboundSigner | null> {
  const wanted =
    'id' in named
      ? sql`e.id = ${named.id}`
      : sql`e.organization_id = ${DEFAULT_ORGANIZATION_ID} AND e.name = ${named.name}`;
  const { rows: found } = await sql<Record<'endpoint_id' | 'organization_id', string> & NullableRow>`
    SELECT e.id AS endpoint_id, e.organization_id, s.id, s.ciphertext, s.encryption_key_id, s.expires_at
    FROM webhook_endpoints e LEFT JOIN endpoint_inbound_secrets s
      ON s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > now())
    WHERE ${wanted} ORDER BY s.id DESC`.execute(db);
  const [first] = found;
  if (first === undefined) return null;
  return {
    endpointId: first.endpoint_id,
    organizationId: first.organization_id,
    secrets: found.filter((row): row is typeof row & SealedRow => row.id !== null),
  };
}

type NullableRow = { [Column in keyof SealedRow]: SealedRow[Column] | null };
