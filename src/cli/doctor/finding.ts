/** What was found out about one part of an installation. */
export interface Finding {
  name: string;
  /** `broken`: it cannot work like this. `warning`: it can, but somebody should know. */
  status: 'ok' | 'warning' | 'broken';
  detail: string;
  /** What to do about it. */
  mend?: string;
}

/** The findings about one part, by its name. */
export const findings = (name: string) => ({
  ok: (detail: string): Finding => ({ name, status: 'ok', detail }),
  warning: (detail: string, mend: string): Finding => ({ name, status: 'warning', detail, mend }),
  broken: (detail: string, mend: string): Finding => ({ name, status: 'broken', detail, mend }),
});
