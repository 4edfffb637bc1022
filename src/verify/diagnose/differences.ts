import type { Finding } from '../../domain/diagnosis.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import type { VerifySecret } from '../candidates.ts';
import { signatureHeader } from './context.ts';
import type { Key } from './keys.ts';
import type { Presented } from './presented.ts';
import type { Match } from './probe.ts';

/** In what a secret that matched differs from one that is accepted. */
export function secretFindings({ secret, form }: Key, nowMs: number): Finding[] {
  const findings: Finding[] = [];
  const expired = expiredFinding(secret, nowMs);
  if (expired !== null) findings.push(expired);
  if (form !== null) {
    findings.push({
      code: 'secret_form',
      proven: true,
      secretId: secret.id,
      detail: `The sender uses the same secret ${form}. Enter it there, or here, as the other side uses it.`,
    });
  }
  return findings;
}

export function expiredFinding({ id, expiresAt }: VerifySecret, nowMs: number): Finding | null {
  if (expiresAt === null || nowMs < expiresAt) return null;
  const expiredAt = new Date(expiresAt).toISOString();
  return {
    code: 'expired_secret',
    proven: true,
    secretId: id,
    expiredAt,
    detail: `The sender still uses the secret ${id}, which expired at ${expiredAt}. Enter the new one there; next time give the change a longer overlapSeconds.`,
  };
}

/** In what a signature that matched differs from what the description expects. */
export function signatureFindings(
  description: SignatureDescription,
  { signature }: Match,
  algorithm: string,
): Finding[] {
  const expected = signatureHeader(description);
  const isThere = fits(expected, signature.header);
  const { encoding = 'hex', algorithm: own = 'sha256' } = description;
  const findings: Finding[] = [];
  const add = (code: Finding['code'], detail: string) =>
    findings.push({ code, proven: true, header: signature.header, detail });
  if (!isThere) add('other_header', `The signature is in ${signature.header}, and expected in ${expected}.`);
  if (signature.encoding !== encoding) {
    add('wrong_encoding', `The signature is written in ${signature.encoding}, and expected in ${encoding}.`);
  }
  if (algorithm !== own) {
    add('wrong_algorithm', `The signature is made with ${algorithm}, and expected with ${own}.`);
  }
  const prefix = prefixFinding(description, signature);
  if (prefix !== null) add(...prefix);
  return findings;
}

/** Without the text of the sender's prefix: who knows what that is. */
function prefixFinding(
  { format = 'raw', key = '', prefix, algorithm = 'sha256' }: SignatureDescription,
  { prefix: sent }: Presented,
): [Finding['code'], string] | null {
  const wanted = format === 'pairs' ? `${key}=${prefix ?? ''}` : (prefix ?? '');
  // The default one may be there or not.
  if (sent === wanted || (prefix === undefined && format === 'raw' && sent === `${algorithm}=`)) return null;
  if (wanted === '') return ['extra_prefix', 'Before the signature stands something that is not expected.'];
  return sent === ''
    ? ['missing_prefix', `Before the signature ${wanted} has to stand, and nothing does.`]
    : ['missing_prefix', `Before the signature ${wanted} has to stand, and something else does.`];
}

/** Whether a header has the name, or one that begins as a pattern says. */
export const fits = (expected: string, name: string): boolean =>
  expected.endsWith('*') ? name.startsWith(expected.slice(0, -1)) : name === expected;
