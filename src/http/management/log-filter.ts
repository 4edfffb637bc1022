import { isIP, SocketAddress } from 'node:net';
import { type Fault, Problem } from '../../domain/problem.ts';
import type { LogFilter } from '../../store/log-filter.ts';
import type { LogFilterInput } from '../schemas/webhook-logs.ts';
import { parseTime } from './parse-time.ts';

const SEARCH_SPAN_MS = 24 * 3_600_000;

/**
 * A filter as it was asked for. `at`: where in the request, as a JSON pointer.
 * @throws Problem validation_failed, search_too_wide
 */
export function toLogFilter(input: LogFilterInput, at: '/query' | '/body/filter'): LogFilter {
  const { from: fromText, to: toText, sourceIp, ...others } = input;
  const from = parseTime(fromText, `${at}/from`);
  const to = parseTime(toText, `${at}/to`);
  const faults: Fault[] = [];
  if (from && to && to <= from) faults.push({ pointer: `${at}/to`, detail: 'must be later than from' });
  if (sourceIp !== undefined && isIP(sourceIp) === 0)
    faults.push({ pointer: `${at}/sourceIp`, detail: 'must be an IP address' });
  if (faults.length > 0) throw new Problem('validation_failed', { errors: faults });
  if (others.q !== undefined && others.workflowId === undefined && !isShort(from, to))
    throw new Problem('search_too_wide');
  return {
    ...others,
    ...(from && { from }),
    ...(to && { to }),
    ...(sourceIp !== undefined && { sourceIp: canonicalAddress(sourceIp) }),
  };
}

const isShort = (from: Date | undefined, to: Date | undefined): boolean =>
  from !== undefined && to !== undefined && to.getTime() - from.getTime() <= SEARCH_SPAN_MS;

/** In the spelling of a socket, which is what the log has: one IPv6 address can be written in many ways. */
const canonicalAddress = (address: string): string =>
  new SocketAddress({ address, family: isIP(address) === 6 ? 'ipv6' : 'ipv4' }).address;
