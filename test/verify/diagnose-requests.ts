import { createHash, createHmac } from 'node:crypto';
import type { Finding } from '../../src/domain/diagnosis.ts';
import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import { verifierOf } from '../../src/verify/diagnose/context.ts';
import { type DiagnosisInput, diagnose } from '../../src/verify/diagnose.ts';
import type { VerifyRequest, VerifySecret } from '../../src/verify/verifier.ts';
import { NOW, request, secret as secretOf } from './requests.ts';

export const SECRET = 'whsec_c2VjcmV0LW9mLXRoZS1zZW5kZXItMTIzNDU2Nzg=';
export const BODY =
  '{"id":1001,"total":42.50,"name":"Zoë <z@example.com>","url":"https://a.example/b","list":[]}';

/** Named by something that does not give it away. */
export const secret = (text: string, overrides: Partial<VerifySecret> = {}): VerifySecret =>
  secretOf(text, { id: idOf(text), ...overrides });

export const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

type Hash = 'sha1' | 'sha256' | 'sha512';
type Encoding = 'hex' | 'base64' | 'base64url';

/** What a sender makes that knows nothing of the code under test. */
export const sign = (
  signed: string | Buffer,
  { key = SECRET as string | Buffer, hash = 'sha256' as Hash, as = 'hex' as Encoding } = {},
): string => createHmac(hash, key).update(signed).digest(as);

export interface Mistake {
  auth?: Partial<DiagnosisInput['auth']>;
  description?: SignatureDescription;
  headers: VerifyRequest['headers'];
  body?: string | Buffer;
  request?: Partial<VerifyRequest>;
  secrets?: DiagnosisInput['auth']['secrets'];
}

/** The mistake as it is given to the diagnosis: it is refused first, as in the service. */
export function refusedInput(mistake: Mistake): DiagnosisInput {
  const { auth = {}, description = null, headers, body = BODY, secrets = [secret(SECRET)] } = mistake;
  const configured = { type: 'hmac' as const, provider: null, description, secrets, ...auth };
  const refused = request({ headers, rawBody: Buffer.from(body), ...mistake.request });
  const verdict = verifierOf(configured, configured.secrets)?.verify(refused);
  if (verdict === undefined || verdict instanceof Promise || verdict.valid) {
    throw new Error('what was to be refused was not');
  }
  return { auth: configured, request: refused, reason: verdict.reason };
}

/** Runs a diagnosis to its end. */
export function findingsOf(input: DiagnosisInput): Finding[] {
  const steps = diagnose(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export const findings = (mistake: Mistake): Finding[] => findingsOf(refusedInput(mistake));

export const codes = (mistake: Mistake): string[] => findings(mistake).map(({ code }) => code);

export { NOW };
