import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';

/** What failed in a file's output: each assertion with the tests that it is in, and what is told about it. */
export function failuresIn(output: string): string[] {
  const failures: string[] = [];
  /** The tests that are open, each with how many failures there were before it. */
  const path: { name: string; before: number }[] = [];
  const lines = output.split('\n');
  for (const [i, line] of lines.entries()) {
    const depth = line.search(/\S/) / 4;
    const name = /^ *# Subtest: (.*)$/.exec(line)?.[1];
    if (name !== undefined) path.splice(depth, Infinity, { name, before: failures.length });
    const failed = /^ *not ok \d+ - (.*?)(?: # time=\S+)?$/.exec(line)?.[1];
    if (failed === undefined || / # (TODO|SKIP)\b/i.test(failed)) continue;
    // Of a test that failed because of what is in it, that has been told.
    const test = path[depth];
    if (test?.name === failed && failures.length > test.before) continue;
    // The first is the file itself.
    const names = [...path.slice(1, depth).map((open) => open.name), failed];
    failures.push([names.join(' › '), detailsAt(lines, i + 1)].filter(Boolean).join('\n'));
  }
  return failures.map(inSources);
}

/** The YAML block that follows a failed assertion, if there is one. */
function detailsAt(lines: string[], start: number): string {
  if (lines[start]?.trim() !== '---') return '';
  const end = lines.findIndex((line, i) => i > start && line.trim() === '...');
  const indent = (lines[start] ?? '').search(/\S/);
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .map((line) => `    ${line.slice(indent)}`)
    .join('\n');
}

const maps = new Map<string, SourceMap | null>();

/** Places in compiled files become those in their sources. */
const inSources = (text: string): string =>
  text.replaceAll(
    /\bbuild\/([\w./-]+)\.js:(\d+)(?::(\d+))?/g,
    (place, file: string, line: string, column?: string) => {
      const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column ?? 1) - 1);
      if (entry === undefined || !('originalLine' in entry)) return place;
      return `${file}.ts:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );

function mapOf(file: string): SourceMap | null {
  const known = maps.get(file);
  if (known !== undefined) return known;
  const path = join('build', `${file}.js.map`);
  const map = existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : null;
  maps.set(file, map);
  return map;
}
