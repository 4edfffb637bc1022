import type { Expressions } from '../../dispatch/expressions/expressions.ts';
import { type Content, isRecordData, type RecordData } from '../../domain/sync.ts';
import type { StoredSyncConfig } from '../../store/sync-configs.ts';

export type Mapped<T> =
  | { status: 'mapped'; data: T }
  /** `isLasting`: the expression or the record is to blame, so trying again changes nothing. */
  | { status: 'failed'; detail: string; isLasting: boolean };

/** Of a data sync, what its records are mapped with. */
type Mapping = Pick<StoredSyncConfig, 'mapping' | 'organizationId'>;

/** What the other side is sent in place of a record of ours. A deletion is sent as it is. */
export async function mapOutbound(
  expressions: Expressions,
  { mapping, organizationId }: Mapping,
  content: Content,
): Promise<Mapped<unknown>> {
  const { outbound } = mapping;
  if (outbound === null || content === null) return { status: 'mapped', data: content };
  const mapped = await evaluate(expressions, outbound, { data: content, organizationId });
  if (mapped.status === 'failed' || mapped.data !== undefined) return mapped;
  return failed('The outbound mapping returns nothing for this record.');
}

/** What is kept of a record of the other side's. */
export async function mapInbound(
  expressions: Expressions,
  { mapping, organizationId }: Mapping,
  content: Content,
): Promise<Mapped<Content>> {
  const { inbound } = mapping;
  if (inbound === null || content === null) return { status: 'mapped', data: content };
  const mapped = await evaluate(expressions, inbound, { data: content, organizationId });
  if (mapped.status === 'failed') return mapped;
  if (isRecordData(mapped.data)) return { status: 'mapped', data: mapped.data };
  return failed('The inbound mapping does not return an object for this record.');
}

const failed = (detail: string, isLasting = true) => ({ status: 'failed' as const, detail, isLasting });

/** undefined: it returns nothing. */
async function evaluate(
  expressions: Expressions,
  expression: string,
  { data, organizationId }: { data: RecordData; organizationId: string },
): Promise<Mapped<unknown>> {
  const evaluation = await expressions.evaluate(expression, JSON.stringify(data), organizationId);
  if (evaluation.status === 'failed') return failed(evaluation.detail, evaluation.reason !== 'unavailable');
  const { json } = evaluation;
  return { status: 'mapped', data: json === null ? undefined : (JSON.parse(json) as unknown) };
}
